/* kernel/proc/proc_number.c: numbers as Linux 6.1 takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/proc/proc_number.h"
#include "test/host/random.h"

#define REFUSED (-22)

static const struct row {
    const char *text;
    uint64_t magnitude;
    bool is_negative;
    int64_t used;
} rows[] = {
    {"7", 7, false, 1},
    {"7\n", 7, false, 2},
    {" \t\v7 \n8\n", 7, false, 6},
    {"-0", 0, true, 2},
    {"-12 ", 12, true, 4},
    {"0x1F", 31, false, 4},
    {"-0X1f", 31, true, 5},
    {"010", 8, false, 3},
    {"0", 0, false, 1},
    {"18446744073709551615", UINT64_MAX, false, 20},
    {"18446744073709551616", 0, false, REFUSED},
    {"000000000000000000001", 0, false, REFUSED}, /* 21 characters */
    {"00000000000000000001", 1, false, 20},
    {"", 0, false, REFUSED},
    {" \n", 0, false, REFUSED},
    {"-", 0, false, REFUSED},
    {"+5", 0, false, REFUSED},
    {"- 5", 0, false, REFUSED},
    {"0x", 0, false, REFUSED},
    {"08", 0, false, REFUSED},
    {"1a", 0, false, REFUSED},
    {"1\v", 0, false, REFUSED},
    {"1,2", 0, false, REFUSED},
};

static void numbers_as_linux_takes_them(void **state)
{
    (void)state;
    struct proc_number number;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        size_t size = strlen(row->text);
        char *copy = malloc(size + 1); /* so that ASan sees its end */
        memcpy(copy, row->text, size);
        copy = realloc(copy, size > 0 ? size : 1);
        assert_int_equal(proc_number_parse(copy, size, &number), row->used);
        if (row->used > 0) {
            assert_int_equal(number.magnitude, row->magnitude);
            assert_int_equal(number.is_negative, row->is_negative);
        }
        free(copy);
    }
}

static void random_text_is_taken_or_refused(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789xXaf-+ \n\t\v,";
    uint64_t seed = 1;
    int taken = 0;

    for (int round = 0; round < 200000; round++) {
        size_t size = random_below(&seed, 25);
        char *text = malloc(size > 0 ? size : 1);
        struct proc_number number;
        for (size_t i = 0; i < size; i++) {
            text[i] = alphabet[random_below(&seed, sizeof(alphabet) - 1)];
        }
        int64_t used = proc_number_parse(text, size, &number);
        assert_true(used == REFUSED || (used > 0 && (size_t)used <= size));
        taken += used > 0;
        free(text);
    }
    assert_true(taken > 1000);
}

static void integers_as_linux_takes_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
        int number;
    } integers[] = {
        {"7", 0, 7},
        {" \t-7\n", 0, -7},
        {"+7", 0, 7},
        {"-0x10\n\n", 0, -16},
        {"2147483647", 0, INT32_MAX},
        {"-2147483648", 0, INT32_MIN},
        {"2147483648", -34, 0},
        {"-2147483649", -34, 0},
        {"", REFUSED, 0},
        {" \n", REFUSED, 0},
        {"+", REFUSED, 0},
        {"+-5", REFUSED, 0},
        {"+ 5", REFUSED, 0},
        {"5 6", REFUSED, 0},
        {"5x", REFUSED, 0},
    };

    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        const char *text = integers[i].text;
        int number = 0;
        assert_int_equal(proc_integer_parse(text, strlen(text), &number),
                         integers[i].error);
        assert_int_equal(number, integers[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_linux_takes_them),
        cmocka_unit_test(integers_as_linux_takes_them),
        cmocka_unit_test(random_text_is_taken_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
