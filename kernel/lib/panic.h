/* The end: defined by kernel/report/panic.c, and by each host test in its own
 * way. */
#pragma once

#include "kernel/lib/types.h"

/* Prints the reason on every console and in the log, then stops or powers off
 * as the option `panic=` says. Never returns, may be called from anywhere. */
NORETURN void panic(const char *format, ...) PRINTF_LIKE(1, 2);
