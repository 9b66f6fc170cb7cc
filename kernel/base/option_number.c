/* Numbers on the command line. */
#include "kernel/base/option.h"
#include "kernel/lib.h"

/* The value of a digit in any base up to 16, or 16. */
static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return (unsigned)(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return (unsigned)(digit - 'a') + 10;
    }
    return digit >= 'A' && digit <= 'F' ? (unsigned)(digit - 'A') + 10 : 16;
}

/* Moves *TEXT behind the prefix of the base that it returns. */
static unsigned read_base(const char **text)
{
    if ((*text)[0] != '0') {
        return 10;
    }
    if ((*text)[1] == 'x' || (*text)[1] == 'X') {
        *text += 2;
        return 16;
    }
    return 8;
}

/* Moves *TEXT behind digits and puts their number into *VALUE. Returns false
 * without any, or for a number above 2^64 - 1. */
static bool read_digits(const char **text, unsigned base, uint64_t *value)
{
    const char *start = *text;

    *value = 0;
    for (; digit_value(**text) < base; (*text)++) {
        if (__builtin_mul_overflow(*value, base, value) ||
            __builtin_add_overflow(*value, digit_value(**text), value)) {
            return false;
        }
    }
    return *text != start;
}

/* Moves *TEXT behind a suffix and returns what it multiplies by. */
static uint64_t read_suffix(const char **text)
{
    static const struct {
        char small, capital;
        uint64_t factor;
    } suffixes[] = {
        {'k', 'K', KIB}, {'m', 'M', MIB}, {'g', 'G', GIB}, {'t', 'T', TIB}};

    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (**text == suffixes[i].small || **text == suffixes[i].capital) {
            (*text)++;
            return suffixes[i].factor;
        }
    }
    return 1;
}

static bool read_number(const char *text, uint64_t *value)
{
    unsigned base = read_base(&text);

    return read_digits(&text, base, value) &&
           !__builtin_mul_overflow(*value, read_suffix(&text), value) &&
           *text == '\0';
}

uint64_t option_number(enum option option, uint64_t fallback)
{
    const char *text = option_string(option);
    uint64_t value = 0;

    if (text == NULL) {
        return fallback;
    }
    if (!read_number(text, &value)) {
        log_warn("option: %s=%s: not a number; taking %llu",
                 option_table[option].name, text, (unsigned long long)fallback);
        return fallback;
    }
    return value;
}
