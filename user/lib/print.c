/* Formatted print: see print.h.
 *
 * Bytes gather in a buffer on the stack; it is written when it is full and at
 * the end of the call. */
#include "user/lib/print.h"

#include "user/lib/linux.h"

#define BUFFER_SIZE 256

static void flush(struct output *out)
{
    write(out->file, out->buffer, out->used);
    out->used = 0;
}

void vdprintf(int file, const char *format, va_list arguments)
{
    char buffer[BUFFER_SIZE];
    struct output out = {
        .buffer = buffer,
        .size = sizeof(buffer),
        .file = file,
        .flush = flush,
    };

    format_text(&out, format, arguments);
    flush(&out);
}

void dprintf(int file, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vdprintf(file, format, arguments);
    va_end(arguments);
}

void printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vdprintf(STDOUT_FILENO, format, arguments);
    va_end(arguments);
}
