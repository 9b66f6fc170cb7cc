/* Formatted print: one pass over the format; each conversion is first read
 * into a struct spec, then printed. */
#include "kernel/lib/format.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"

#define FLAG_LEFT      BIT(0) /* - */
#define FLAG_ZERO      BIT(1) /* 0 */
#define FLAG_PLUS      BIT(2) /* + */
#define FLAG_SPACE     BIT(3) /* space */
#define FLAG_ALTERNATE BIT(4) /* # */

#define NO_PRECISION   (-1)

/* The digits of 2^64 - 1 in octal. */
#define DIGITS_MAX     22

/* What stands between % and the conversion's letter. */
struct spec {
    unsigned flags;
    int width;
    int precision;
    size_t size; /* of an integer argument, in bytes */
    char conversion;
};

struct output {
    format_sink *sink;
    void *context;
    size_t total;
    va_list arguments;
};

static void put(struct output *out, const char *text, size_t size)
{
    if (size > 0) {
        out->sink(out->context, text, size);
        out->total += size;
    }
}

static void put_padding(struct output *out, const char *blanks, int count)
{
    const int run = (int)strlen(blanks);

    for (; count > 0; count -= run) {
        put(out, blanks, (size_t)MIN(count, run));
    }
}

static void put_spaces(struct output *out, int count)
{
    put_padding(out, "                ", count);
}

static void put_zeros(struct output *out, int count)
{
    put_padding(out, "0000000000000000", count);
}

static unsigned flag_of(char c)
{
    switch (c) {
    case '-':
        return FLAG_LEFT;
    case '0':
        return FLAG_ZERO;
    case '+':
        return FLAG_PLUS;
    case ' ':
        return FLAG_SPACE;
    case '#':
        return FLAG_ALTERNATE;
    default:
        return 0;
    }
}

/* Reads a number or `*` at *FORMAT, and moves behind it. */
static int read_count(struct output *out, const char **format)
{
    if (**format == '*') {
        (*format)++;
        return va_arg(out->arguments, int);
    }
    int count = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++) {
        count = count * 10 + (**format - '0');
    }
    return count;
}

static size_t read_length(const char **format)
{
    size_t size = sizeof(int);

    for (;; (*format)++) {
        switch (**format) {
        case 'h':
            size /= 2;
            break;
        case 'l':
        case 'j':
        case 'z':
        case 't':
            size = sizeof(long);
            break;
        default:
            return size;
        }
    }
}

/* Reads what follows a % at FORMAT. Returns where the text goes on. */
static const char *read_spec(struct output *out, const char *format,
                             struct spec *spec)
{
    *spec = (struct spec){.precision = NO_PRECISION};
    for (; flag_of(*format) != 0; format++) {
        spec->flags |= flag_of(*format);
    }
    spec->width = read_count(out, &format);
    if (spec->width < 0) {
        spec->flags |= FLAG_LEFT;
        spec->width = -spec->width;
    }
    if (*format == '.') {
        format++;
        spec->precision = MAX(read_count(out, &format), NO_PRECISION);
    }
    spec->size = read_length(&format);
    spec->conversion = *format;
    return *format == '\0' ? format : format + 1;
}

static void put_text(struct output *out, const struct spec *spec,
                     const char *text, size_t size)
{
    int padding = spec->width - (int)size;
    bool is_left = (spec->flags & FLAG_LEFT) != 0;

    put_spaces(out, is_left ? 0 : padding);
    put(out, text, size);
    put_spaces(out, is_left ? padding : 0);
}

static void put_string(struct output *out, const struct spec *spec,
                       const char *string)
{
    size_t limit =
        spec->precision == NO_PRECISION ? SIZE_MAX : (size_t)spec->precision;

    if (string == NULL) {
        string = "(null)";
    }
    put_text(out, spec, string, strnlen(string, limit));
}

/* Writes VALUE so that it ends at END; 0 has no digits. Returns where it
 * begins. */
static char *write_digits(char *end, uint64_t value, unsigned base,
                          const char *digits)
{
    for (; value != 0; value /= base) {
        *--end = digits[value % base];
    }
    return end;
}

/* Prints the number as spaces, prefix, zeros, digits, spaces. */
static void put_number(struct output *out, const struct spec *spec,
                       const char *prefix, const char *digits, int digit_count)
{
    int precision = spec->precision == NO_PRECISION ? 1 : spec->precision;
    int zeros = MAX(precision - digit_count, 0);
    int prefix_size = (int)strlen(prefix);
    int padding = spec->width - prefix_size - zeros - digit_count;
    bool is_left = (spec->flags & FLAG_LEFT) != 0;
    bool is_zero_padded = (spec->flags & FLAG_ZERO) != 0 && !is_left &&
                          spec->precision == NO_PRECISION;

    if (is_zero_padded) {
        zeros += MAX(padding, 0);
        padding = 0;
    }
    put_spaces(out, is_left ? 0 : padding);
    put(out, prefix, (size_t)prefix_size);
    put_zeros(out, zeros);
    put(out, digits, (size_t)digit_count);
    put_spaces(out, is_left ? padding : 0);
}

static const char *sign_of(const struct spec *spec, int64_t value)
{
    if (value < 0) {
        return "-";
    }
    if ((spec->flags & FLAG_PLUS) != 0) {
        return "+";
    }
    return (spec->flags & FLAG_SPACE) != 0 ? " " : "";
}

static void put_signed(struct output *out, const struct spec *spec)
{
    char buffer[DIGITS_MAX];
    char *end = buffer + DIGITS_MAX;
    int64_t value = spec->size == sizeof(long) ? va_arg(out->arguments, long)
                                               : va_arg(out->arguments, int);

    if (spec->size == sizeof(short)) {
        value = (short)value;
    } else if (spec->size == sizeof(char)) {
        value = (signed char)value;
    }
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char *start = write_digits(end, magnitude, 10, "0123456789");
    put_number(out, spec, sign_of(spec, value), start, (int)(end - start));
}

static uint64_t next_unsigned(struct output *out, size_t size)
{
    if (size == sizeof(long)) {
        return va_arg(out->arguments, unsigned long);
    }
    unsigned value = va_arg(out->arguments, unsigned);
    if (size == sizeof(short)) {
        return (unsigned short)value;
    }
    return size == sizeof(char) ? (unsigned char)value : value;
}

static void put_decimal(struct output *out, const struct spec *spec)
{
    char buffer[DIGITS_MAX];
    char *end = buffer + DIGITS_MAX;
    char *start =
        write_digits(end, next_unsigned(out, spec->size), 10, "0123456789");

    put_number(out, spec, "", start, (int)(end - start));
}

static void put_hexadecimal(struct output *out, const struct spec *spec,
                            const char *prefix, const char *digits)
{
    char buffer[DIGITS_MAX];
    char *end = buffer + DIGITS_MAX;
    uint64_t value = next_unsigned(out, spec->size);
    char *start = write_digits(end, value, 16, digits);
    bool has_prefix = spec->conversion == 'p' ||
                      ((spec->flags & FLAG_ALTERNATE) != 0 && value != 0);

    put_number(out, spec, has_prefix ? prefix : "", start, (int)(end - start));
}

/* With # the first digit is a zero. */
static void put_octal(struct output *out, const struct spec *spec)
{
    char buffer[DIGITS_MAX + 1];
    char *end = buffer + sizeof(buffer);
    char *start =
        write_digits(end, next_unsigned(out, spec->size), 8, "01234567");
    bool is_short = spec->precision <= end - start;

    if ((spec->flags & FLAG_ALTERNATE) != 0 && is_short) {
        *--start = '0';
    }
    put_number(out, spec, "", start, (int)(end - start));
}

static void put_pointer(struct output *out, const struct spec *spec)
{
    struct spec number = *spec;

    number.size = sizeof(void *);
    put_hexadecimal(out, &number, "0x", "0123456789abcdef");
}

static void put_conversion(struct output *out, const struct spec *spec)
{
    char byte;

    switch (spec->conversion) {
    case 'd':
    case 'i':
        put_signed(out, spec);
        break;
    case 'u':
        put_decimal(out, spec);
        break;
    case 'x':
        put_hexadecimal(out, spec, "0x", "0123456789abcdef");
        break;
    case 'X':
        put_hexadecimal(out, spec, "0X", "0123456789ABCDEF");
        break;
    case 'o':
        put_octal(out, spec);
        break;
    case 'p':
        put_pointer(out, spec);
        break;
    case 's':
        put_string(out, spec, va_arg(out->arguments, const char *));
        break;
    case 'c':
        byte = (char)va_arg(out->arguments, int);
        put_text(out, spec, &byte, 1);
        break;
    default: /* %%, or a mistake, which is shown */
        put(out, &spec->conversion, spec->conversion == '\0' ? 0 : 1);
    }
}

size_t format_to(format_sink *sink, void *context, const char *format,
                 va_list arguments)
{
    struct output out = {.sink = sink, .context = context};

    va_copy(out.arguments, arguments);
    while (*format != '\0') {
        const char *end = format;
        while (*end != '\0' && *end != '%') {
            end++;
        }
        put(&out, format, (size_t)(end - format));
        format = end;
        if (*end == '%') {
            struct spec spec;
            format = read_spec(&out, end + 1, &spec);
            put_conversion(&out, &spec);
        }
    }
    va_end(out.arguments);
    return out.total;
}

/* A buffer as a sink: what does not fit is dropped. */
struct buffer {
    char *next;
    size_t left;
};

static void buffer_put(void *context, const char *text, size_t size)
{
    struct buffer *buffer = context;
    size_t fitting = MIN(size, buffer->left);

    if (fitting == 0) {
        return;
    }
    memcpy(buffer->next, text, fitting);
    buffer->next += fitting;
    buffer->left -= fitting;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct buffer sink = {buffer, size > 0 ? size - 1 : 0};
    size_t length = format_to(buffer_put, &sink, format, arguments);

    if (size > 0) {
        *sink.next = '\0';
    }
    return (int)length;
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
