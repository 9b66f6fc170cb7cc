/* kernel/lib/format.c against the C library's snprintf: the same text and the
 * same result for random conversions. The build renames Brix's functions (see
 * host.mk). */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "test/host/random.h"

#define TEXT_SIZE 256
#define ROUNDS    200000

int libc_snprintf(char *, size_t, const char *, ...) __asm__("snprintf");

/* The format is made at run time, which is what this test is about. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

/* Formats with both and compares text and length. */
#define CHECK(format, ...)                                                     \
    do {                                                                       \
        char ours[TEXT_SIZE], expected[TEXT_SIZE];                             \
        int got = snprintf(ours, TEXT_SIZE, format, ##__VA_ARGS__);            \
        int want = libc_snprintf(expected, TEXT_SIZE, format, ##__VA_ARGS__);  \
        if (got != want || strcmp(ours, expected) != 0) {                      \
            fail_msg("\"%s\": \"%s\" (%d), libc \"%s\" (%d)", format, ours,    \
                     got, expected, want);                                     \
        }                                                                      \
    } while (0)

/* Builds "x%[flags][width][.precision][length][conversion]y" in FORMAT. */
static void random_format(uint64_t *seed, char *format, const char *length,
                          char conversion)
{
    char *end = format;

    *end++ = 'x';
    *end++ = '%';
    for (size_t n = random_below(seed, 4); n > 0; n--) {
        *end++ = "-0+ #"[random_below(seed, 5)];
    }
    if (random_below(seed, 2) == 0) {
        end += libc_snprintf(end, 8, "%zu", random_below(seed, 30));
    }
    if (random_below(seed, 3) == 0) {
        end += libc_snprintf(end, 8, ".%zu", random_below(seed, 28));
    }
    libc_snprintf(end, 8, "%s%cy", length, conversion);
}

static void numbers_as_libc(void **state)
{
    (void)state;
    static const char *const lengths[] = {"hh", "h", "",  "l",
                                          "ll", "z", "t", "j"};
    uint64_t seed = 5;
    char format[40];

    for (int i = 0; i < ROUNDS; i++) {
        size_t length = random_below(&seed, 8);
        random_format(&seed, format, lengths[length],
                      "diuxXo"[random_below(&seed, 6)]);
        uint64_t value = random_edge(&seed);
        if (length < 3) {
            CHECK(format, (int)value);
        } else {
            CHECK(format, value);
        }
    }
}

static void strings_as_libc(void **state)
{
    (void)state;
    static const char *const strings[] = {"", "a", "brix",
                                          "a longer string than most"};
    uint64_t seed = 6;
    char format[40];

    for (int i = 0; i < ROUNDS / 10; i++) {
        random_format(&seed, format, "", 's');
        const char *string = strings[random_below(&seed, 4)];
        CHECK(format, string);
    }
}

static void examples_as_libc(void **state)
{
    (void)state;

    CHECK("plain");
    CHECK("100%%");
    CHECK("%c|%5c|%-5c|", 'a', 'b', 'c');
    CHECK("%*d|%-*d|%*d", 6, 42, 6, 42, -6, 42);
    CHECK("%.*d|%.*s|%.*d", 4, 42, 2, "abc", -1, 42);
    CHECK("%d %ld %lld", INT_MIN, LONG_MIN, LLONG_MIN);
    CHECK("%u %lu", UINT_MAX, ULONG_MAX);
    CHECK("%p", (void *)0x1234abcd);
    CHECK("%#x %#o %#X", 0, 0, 0);
    CHECK("%.0d|%.0x|%#.0o|%+.0d", 0, 0, 0, 0);
    CHECK("%s %d %s %x %s", "a", 1, "b", 2, "c");
}

static void cuts_off_and_says_the_whole_length(void **state)
{
    (void)state;
    char buffer[6] = "zzzzz";

    assert_int_equal(snprintf(buffer, 4, "%d", 123456), 6);
    assert_string_equal(buffer, "123");
    assert_int_equal(buffer[4], 'z');
    assert_int_equal(snprintf(buffer, 1, "abc"), 3);
    assert_string_equal(buffer, "");
    assert_int_equal(snprintf(NULL, 0, "abc"), 3);
}

static void prints_null_and_mistakes(void **state)
{
    (void)state;
    char buffer[40];

    const char *unknown = "a%yb", *cut_off = "a%-5";
    const char *volatile none = NULL;

    snprintf(buffer, sizeof(buffer), "%s", none);
    assert_string_equal(buffer, "(null)");
    snprintf(buffer, sizeof(buffer), "%p", NULL);
    assert_string_equal(buffer, "0x0");
    snprintf(buffer, sizeof(buffer), unknown);
    assert_string_equal(buffer, "ayb");
    snprintf(buffer, sizeof(buffer), cut_off);
    assert_string_equal(buffer, "a");
}

static void count_bytes(void *context, const char *text, size_t size)
{
    (void)text;
    *(size_t *)context += size;
}

static size_t format_count(format_sink *sink, void *context, const char *format,
                           ...)
{
    va_list arguments;

    va_start(arguments, format);
    size_t total = format_to(sink, context, format, arguments);
    va_end(arguments);
    return total;
}

static void format_to_counts_what_the_sink_got(void **state)
{
    (void)state;
    size_t got = 0;

    assert_int_equal(format_count(count_bytes, &got, "%50d|%s", 7, "abc"), 54);
    assert_int_equal(got, 54);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_as_libc),
        cmocka_unit_test(numbers_as_libc),
        cmocka_unit_test(strings_as_libc),
        cmocka_unit_test(cuts_off_and_says_the_whole_length),
        cmocka_unit_test(prints_null_and_mistakes),
        cmocka_unit_test(format_to_counts_what_the_sink_got),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
