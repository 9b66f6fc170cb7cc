/* Formatted print, a small printf; format.h says of what. */
#pragma once

#include "user/lib/format.h"

/* Writes to the standard output. What one call prints is written before it
 * returns, so that texts of parent and child stay in order. */
void printf(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same, to any open file. */
void dprintf(int file, const char *format, ...) PRINTF_LIKE(2, 3);
void vdprintf(int file, const char *format, va_list arguments);
