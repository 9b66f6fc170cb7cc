/* kernel/lib/memory.c and string.c against the C library: every short size at
 * every alignment and overlap, and long ones at random. The build renames
 * Brix's functions (see host.mk), so that both are here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/lib/string.h"
#include "test/host/random.h"

#define SHORT_SIZE 160
#define LONG_SIZE  5000
#define ROUNDS     20000

/* The C library's, under names of our own: string.h would clash. */
void *libc_memmove(void *, const void *, size_t) __asm__("memmove");
void *libc_memset(void *, int, size_t) __asm__("memset");
int libc_memcmp(const void *, const void *, size_t) __asm__("memcmp");

static uint8_t ours[3 * LONG_SIZE];
static uint8_t expected[3 * LONG_SIZE];

static void fill(uint64_t *seed)
{
    for (size_t i = 0; i < sizeof(ours); i++) {
        ours[i] = expected[i] = (uint8_t)random_next(seed);
    }
}

static void assert_same(size_t to, size_t from, size_t size)
{
    if (libc_memcmp(ours, expected, sizeof(ours)) != 0) {
        fail_msg("to %zu from %zu size %zu", to, from, size);
    }
}

static void check_memmove(size_t to, size_t from, size_t size)
{
    libc_memmove(expected + to, expected + from, size);
    assert_ptr_equal(memmove(ours + to, ours + from, size), ours + to);
    assert_same(to, from, size);
}

static void check_memcpy(size_t to, size_t from, size_t size)
{
    libc_memmove(expected + to, expected + from, size);
    assert_ptr_equal(memcpy(ours + to, ours + from, size), ours + to);
    assert_same(to, from, size);
}

static void check_memset(size_t to, int byte, size_t size)
{
    libc_memset(expected + to, byte, size);
    assert_ptr_equal(memset(ours + to, byte, size), ours + to);
    assert_same(to, 0, size);
}

static void copies_every_short_size(void **state)
{
    (void)state;
    uint64_t seed = 1;

    fill(&seed);
    for (size_t size = 0; size < SHORT_SIZE; size++) {
        for (size_t shift = 0; shift < 9; shift++) {
            check_memcpy(2 * SHORT_SIZE + shift, shift / 2, size);
            check_memset(SHORT_SIZE + shift, (int)random_next(&seed), size);
        }
    }
}

static void moves_every_short_overlap(void **state)
{
    (void)state;
    uint64_t seed = 2;

    fill(&seed);
    for (size_t size = 0; size < SHORT_SIZE; size += 1 + size / 24) {
        for (size_t to = 0; to < 2 * SHORT_SIZE; to += 1 + to % 3) {
            check_memmove(to, SHORT_SIZE, size);
        }
    }
}

static void copies_and_sets_long_sizes(void **state)
{
    (void)state;
    uint64_t seed = 3;

    fill(&seed);
    for (int i = 0; i < ROUNDS / 10; i++) {
        size_t size = random_below(&seed, LONG_SIZE);
        size_t to = LONG_SIZE + random_below(&seed, LONG_SIZE);
        check_memmove(to, random_below(&seed, 2 * LONG_SIZE), size);
        check_memcpy(to, to - size, size);
        check_memset(to, (int)random_next(&seed), size);
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void compares_by_unsigned_bytes(void **state)
{
    (void)state;
    uint64_t seed = 4;
    uint8_t left[40], right[40];

    for (int i = 0; i < ROUNDS; i++) {
        size_t size = random_below(&seed, sizeof(left) + 1);
        libc_memset(left, (int)random_next(&seed), sizeof(left));
        libc_memmove(right, left, sizeof(left));
        random_mutate(&seed, right, sizeof(right));
        assert_int_equal(sign(memcmp(left, right, size)),
                         sign(libc_memcmp(left, right, size)));
    }
}

static void string_functions(void **state)
{
    (void)state;

    assert_int_equal(strlen(""), 0);
    assert_int_equal(strlen("brix"), 4);
    assert_int_equal(strnlen("brix", 3), 3);
    assert_int_equal(strnlen("brix", 9), 4);
    assert_int_equal(strcmp("a", "a"), 0);
    assert_true(strcmp("a", "ab") < 0);
    assert_true(strcmp("\xff", "a") > 0);
    assert_int_equal(strncmp("abc", "abd", 2), 0);
    assert_true(strncmp("abc", "abd", 3) < 0);
    assert_int_equal(strncmp("ab\0x", "ab\0y", 4), 0);
}

static void strchr_finds_the_first_and_strrchr_the_last(void **state)
{
    (void)state;
    const char *text = "a/b/c";

    assert_ptr_equal(strchr(text, '/'), text + 1);
    assert_ptr_equal(strrchr(text, '/'), text + 3);
    assert_null(strchr(text, 'x'));
    assert_null(strrchr(text, 'x'));
    assert_ptr_equal(strchr(text, '\0'), text + 5);
    assert_ptr_equal(strrchr(text, '\0'), text + 5);
}

static void string_copy_always_ends_the_copy(void **state)
{
    (void)state;
    char buffer[4] = "zzz";

    assert_true(string_copy(buffer, "abc", sizeof(buffer)));
    assert_string_equal(buffer, "abc");
    assert_false(string_copy(buffer, "wxyz", sizeof(buffer)));
    assert_string_equal(buffer, "wxy");
    assert_true(string_copy(buffer, "", 1));
    assert_false(string_copy(buffer, "a", 1));
    assert_string_equal(buffer, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_every_short_size),
        cmocka_unit_test(moves_every_short_overlap),
        cmocka_unit_test(copies_and_sets_long_sizes),
        cmocka_unit_test(compares_by_unsigned_bytes),
        cmocka_unit_test(string_functions),
        cmocka_unit_test(strchr_finds_the_first_and_strrchr_the_last),
        cmocka_unit_test(string_copy_always_ends_the_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
