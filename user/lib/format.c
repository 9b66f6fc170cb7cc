/* Formatted text: see format.h. */
#include "user/lib/format.h"

#include <stdbool.h>

#include "user/lib/string.h"

#define DIGITS_MAX  20 /* of 2^64 - 1 in decimal */
#define DECIMAL     10
#define HEXADECIMAL 16

/* One conversion: %[-][0][width][l|z]letter. */
struct conversion {
    bool is_left;
    bool is_long;
    char padding;
    int width;
};

static void put(struct output *out, char byte)
{
    if (out->used == out->size) {
        out->flush(out);
    }
    out->buffer[out->used] = byte;
    out->used++;
}

static void put_repeated(struct output *out, char byte, int count)
{
    for (int i = 0; i < count; i++) {
        put(out, byte);
    }
}

/* SIGN and TEXT, padded to the width. Zeros stand behind the sign, blanks
 * before it. */
static void put_padded(struct output *out, const struct conversion *conversion,
                       const char *sign, const char *text)
{
    int length = (int)(strlen(sign) + strlen(text));
    int missing = conversion->width - length;
    bool has_zeros = conversion->padding == '0' && !conversion->is_left;

    if (!has_zeros && !conversion->is_left) {
        put_repeated(out, ' ', missing);
    }
    for (; *sign != '\0'; sign++) {
        put(out, *sign);
    }
    if (has_zeros) {
        put_repeated(out, '0', missing);
    }
    for (; *text != '\0'; text++) {
        put(out, *text);
    }
    if (conversion->is_left) {
        put_repeated(out, ' ', missing);
    }
}

static void put_number(struct output *out, const struct conversion *conversion,
                       const char *sign, unsigned long value, unsigned base)
{
    char digits[DIGITS_MAX + 1];
    char *first = &digits[DIGITS_MAX];
    *first = '\0';
    do {
        first--;
        *first = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    put_padded(out, conversion, sign, first);
}

static void put_signed(struct output *out, const struct conversion *conversion,
                       long value)
{
    if (value < 0) {
        put_number(out, conversion, "-", -(unsigned long)value, DECIMAL);
        return;
    }
    put_number(out, conversion, "", (unsigned long)value, DECIMAL);
}

/* va_list may be an array, which a function can't take by address unless it
 * is in a struct. */
struct arguments {
    va_list list;
};

static unsigned long next_unsigned(const struct conversion *conversion,
                                   struct arguments *arguments)
{
    if (conversion->is_long) {
        return va_arg(arguments->list, unsigned long);
    }
    return va_arg(arguments->list, unsigned);
}

static long next_signed(const struct conversion *conversion,
                        struct arguments *arguments)
{
    if (conversion->is_long) {
        return va_arg(arguments->list, long);
    }
    return va_arg(arguments->list, int);
}

/* Reads flags, width and length. Returns the place of the letter. */
static const char *parse(const char *format, struct conversion *conversion,
                         struct arguments *arguments)
{
    *conversion = (struct conversion){.padding = ' '};
    for (; *format == '-' || *format == '0'; format++) {
        if (*format == '-') {
            conversion->is_left = true;
        } else {
            conversion->padding = '0';
        }
    }
    if (*format == '*') {
        conversion->width = va_arg(arguments->list, int);
        format++;
    }
    for (; *format >= '0' && *format <= '9'; format++) {
        conversion->width = conversion->width * DECIMAL + (*format - '0');
    }
    for (; *format == 'l' || *format == 'z'; format++) {
        conversion->is_long = true;
    }
    return format;
}

static void convert(struct output *out, char letter,
                    struct conversion *conversion, struct arguments *arguments)
{
    char character[] = {0, '\0'};
    switch (letter) {
    case 'd':
    case 'i':
        put_signed(out, conversion, next_signed(conversion, arguments));
        return;
    case 'u':
        put_number(out, conversion, "", next_unsigned(conversion, arguments),
                   DECIMAL);
        return;
    case 'x':
        put_number(out, conversion, "", next_unsigned(conversion, arguments),
                   HEXADECIMAL);
        return;
    case 'p':
        conversion->is_long = true;
        put_number(out, conversion, "0x", next_unsigned(conversion, arguments),
                   HEXADECIMAL);
        return;
    case 's':
        put_padded(out, conversion, "", va_arg(arguments->list, const char *));
        return;
    case 'c':
        character[0] = (char)va_arg(arguments->list, int);
        put_padded(out, conversion, "", character);
        return;
    default:
        put(out, letter);
    }
}

void format_text(struct output *out, const char *format, va_list list)
{
    struct arguments arguments;
    va_copy(arguments.list, list);

    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(out, *format);
            continue;
        }
        struct conversion conversion;
        format = parse(format + 1, &conversion, &arguments);
        if (*format == '\0') {
            break;
        }
        convert(out, *format, &conversion, &arguments);
    }
    va_end(arguments.list);
}

/* The last byte of the buffer is written again and again. */
static void leave_out(struct output *out)
{
    out->used = out->size - 1;
}

size_t vsprint(char *to, size_t size, const char *format, va_list list)
{
    struct output out = {.buffer = to, .size = size, .flush = leave_out};

    format_text(&out, format, list);
    out.used = out.used < size ? out.used : size - 1;
    to[out.used] = '\0';
    return out.used;
}

size_t sprint(char *to, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = vsprint(to, size, format, arguments);
    va_end(arguments);
    return length;
}
