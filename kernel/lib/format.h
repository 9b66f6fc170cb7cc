/* Formatted print, as C11's snprintf for the conversions that Brix uses:
 *
 *   %d %i %u %x %X %o %c %s %p %%   with flags - 0 + space #, width,
 *   precision (also *), and lengths hh h l ll z t j.
 */
#pragma once

#include <stdarg.h>

#include "kernel/lib/types.h"

/* Where formatted text goes: called once for each run of bytes. */
typedef void format_sink(void *context, const char *text, size_t size);

/* Formats into SINK. Returns the number of bytes produced. */
size_t format_to(format_sink *sink, void *context, const char *format,
                 va_list arguments);

/* Formats into BUFFER, always zero-ended when SIZE > 0. Returns the length
 * that the whole text has, even when it did not fit. */
int snprintf(char *buffer, size_t size, const char *format, ...)
    PRINTF_LIKE(3, 4);
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
