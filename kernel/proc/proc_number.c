/* The numbers of /proc/sys: proc_get_long of Linux's kernel/sysctl.c. */
#include "kernel/proc/proc_number.h"

#include "kernel/abi/errno.h"

/* As many characters of a number are too many, whatever they say. */
#define LENGTH_MAX 21

/* The blanks before a number, and those that may end it. */
#define BLANKS     " \t\n\v\f\r\xa0"
#define ENDS       " \t\n"

static bool is_one_of(char c, const char *characters)
{
    while (*characters != '\0' && *characters != c) {
        characters++;
    }
    return *characters != '\0';
}

static size_t skip_blanks(const char *text, size_t size, size_t at)
{
    while (at < size && is_one_of(text[at], BLANKS)) {
        at++;
    }
    return at;
}

/* The value of a digit in any base up to 16, or 16. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    c |= 'a' ^ 'A';
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static unsigned digit_at(const char *text, size_t size, size_t at)
{
    return at < size ? digit_value(text[at]) : 16;
}

/* Reads digits from AT up to SIZE. Returns where they end, or -EINVAL. */
static int64_t read_digits(const char *text, size_t size, size_t at,
                           uint64_t *value)
{
    unsigned base = 10;

    if (digit_at(text, size, at) >= base) {
        return -EINVAL;
    }
    if (text[at] == '0') {
        bool is_hexadecimal = at + 1 < size && (text[at + 1] | 0x20) == 'x' &&
                              digit_at(text, size, at + 2) < 16;
        base = is_hexadecimal ? 16 : 8;
        at += is_hexadecimal ? 2 : 0;
    }
    *value = 0;
    for (; digit_at(text, size, at) < base; at++) {
        if (__builtin_mul_overflow(*value, base, value) ||
            __builtin_add_overflow(*value, digit_value(text[at]), value)) {
            return -EINVAL;
        }
    }
    return (int64_t)at;
}

int64_t proc_number_parse(const char *text, size_t size,
                          struct proc_number *number)
{
    size_t start = skip_blanks(text, size, 0);
    size_t rest = size - start;
    size_t limit = start + (rest < LENGTH_MAX ? rest : LENGTH_MAX);

    *number = (struct proc_number){0};
    number->is_negative = rest > 1 && text[start] == '-';
    int64_t end = read_digits(text, limit, start + number->is_negative,
                              &number->magnitude);
    if (end < 0 || (size_t)end == start + LENGTH_MAX ||
        ((size_t)end < size && !is_one_of(text[end], ENDS))) {
        return -EINVAL;
    }
    return (int64_t)skip_blanks(text, size, (size_t)end);
}

/* strstrip and kstrtoint. */
int proc_integer_parse(const char *text, size_t size, int *number)
{
    struct proc_number found;
    size_t start = skip_blanks(text, size, 0);

    if (start < size && text[start] == '+') {
        start++;
        if (digit_at(text, size, start) >= 10) {
            return -EINVAL;
        }
    }
    while (size > start && is_one_of(text[size - 1], BLANKS)) {
        size--;
    }
    if (proc_number_parse(text + start, size - start, &found) !=
        (int64_t)(size - start)) {
        return -EINVAL;
    }
    if (found.magnitude > (uint64_t)INT32_MAX + found.is_negative) {
        return -ERANGE;
    }
    *number = (int)(found.is_negative ? -(int64_t)found.magnitude
                                      : (int64_t)found.magnitude);
    return 0;
}
