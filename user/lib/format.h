/* Formatted text, for print.h and others: %d %i %u %x %c %s %p %% with flags -
 * and 0, a width (also *), and the lengths l and z. Bytes gather in a buffer,
 * and go on when it is full: */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

struct output {
    char *buffer;
    size_t size; /* of the buffer, not 0 */
    size_t used;
    int file;                             /* for FLUSH */
    void (*flush)(struct output *output); /* takes what is used */
};

/* What is left in the buffer at the end is the caller's. */
void format_text(struct output *output, const char *format, va_list arguments);

/* Makes a text of at most SIZE - 1 bytes and a zero byte; SIZE is not 0. What
 * does not fit is left out. Returns its length. */
size_t sprint(char *to, size_t size, const char *format, ...) PRINTF_LIKE(3, 4);
size_t vsprint(char *to, size_t size, const char *format, va_list arguments);
