/* The kernel's log. Any layer may write to it; kernel/base/log.c decides where
 * the lines go (the option `log=`) and host tests bring their own definition.
 */
#pragma once

#include "kernel/lib/types.h"

enum log_level {
    LOG_ERROR,  /* something is wrong and stays wrong */
    LOG_WARN,   /* something was refused or is missing; Brix goes on */
    LOG_INFO,   /* what a reader of the log wants to know */
    LOG_DEBUG,  /* shown only when asked for by `loglevel=debug` */
    LOG_RESULT, /* what a tool waits for: shown at every level */
};

/* Writes one line, with time stamp and level. FORMAT without newline. */
void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
