/* Formatted print, a small printf:
 *
 *   %d %i %u %x %c %s %p %%   with flags - and 0, a width (also *), and
 *   the lengths l and z.
 */
#pragma once

#include <stdarg.h>

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Writes to the standard output. What one call prints is written before it
 * returns, so that texts of parent and child stay in order. */
void printf(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same, to any open file. */
void dprintf(int file, const char *format, ...) PRINTF_LIKE(2, 3);
void vdprintf(int file, const char *format, va_list arguments);
