/* kernel/file/window.c: texts read in pieces of any size, at any offset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/file/window.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define SEED      0x77d0a11ull
#define ROUNDS    2000
#define ITEMS     50
#define TEXT_MAX  (ITEMS * 32)
#define FIRST_KEY 100

/* The whole text, and how many items were printed to read it. */
static char whole[TEXT_MAX];
static size_t whole_size;
static size_t printed;

/* Items with keys 100, 102, 104..., of different lengths. */
static void print_items(struct window *window)
{
    uint64_t key = MAX(window_first_key(window), (uint64_t)FIRST_KEY);

    for (; key < FIRST_KEY + 2 * ITEMS && !window_is_full(window); key += 2) {
        window_item(window, key);
        window_print(window, "%llu:", (unsigned long long)key);
        window_print(window, "%*s\n", (int)(key % 13), "");
        printed++;
    }
}

static int make_whole(void **state)
{
    (void)state;
    const struct window_mark start = {0};
    struct window window;

    window_init(&window, whole, sizeof(whole), 0, &start);
    print_items(&window);
    whole_size = window.used;
    assert_true(whole_size > 0 && whole_size < sizeof(whole));
    return 0;
}

/* Reads SIZE bytes at OFFSET and compares. Returns how many there were. */
static size_t read_part(size_t offset, size_t size, struct window_mark *mark)
{
    char part[TEXT_MAX];
    struct window window;
    size_t expected = offset < whole_size ? MIN(size, whole_size - offset) : 0;

    window_init(&window, part, size, offset, mark);
    print_items(&window);
    *mark = window.mark;
    assert_int_equal(window.used, expected);
    assert_memory_equal(part, whole + offset, expected);
    assert_true(mark->position <= offset + window.used);
    return window.used;
}

static void any_offset_and_size(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    struct window_mark mark = {0};

    for (int i = 0; i < ROUNDS; i++) {
        size_t offset = random_below(&state, whole_size + 50);
        read_part(offset, 1 + random_below(&state, 200), &mark);
    }
}

static void reading_on_prints_each_item_once_or_twice(void **unused)
{
    (void)unused;
    for (size_t size = 1; size <= 100; size++) {
        struct window_mark mark = {0};
        size_t reads = 0;
        size_t offset = 0;
        size_t got;

        printed = 0;
        while ((got = read_part(offset, size, &mark)) > 0) {
            offset += got;
            reads++;
        }
        assert_int_equal(offset, whole_size);
        assert_true(printed <= ITEMS + reads + 1);
    }
}

static void texts_without_items(void **unused)
{
    (void)unused;
    const struct window_mark start = {0};
    struct window window;
    char part[4];

    window_init(&window, part, sizeof(part), 3, &start);
    window_write(&window, "abc", 3);
    assert_int_equal(window.used, 0);
    window_write(&window, "defghi", 6);
    assert_true(window_is_full(&window));
    window_write(&window, "jkl", 3);
    assert_memory_equal(part, "defg", 4);
}

static void items_behind_the_window_are_not_noted(void **unused)
{
    (void)unused;
    const struct window_mark start = {0};
    struct window window;
    char part[4];

    window_init(&window, part, sizeof(part), 0, &start);
    window_item(&window, 1);
    window_write(&window, "abcd", 4);
    window_item(&window, 2);
    assert_int_equal(window.mark.key, 2);
    window_write(&window, "efg", 3);
    window_item(&window, 3);
    assert_int_equal(window.mark.key, 2);
    assert_int_equal(window.mark.position, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_offset_and_size),
        cmocka_unit_test(reading_on_prints_each_item_once_or_twice),
        cmocka_unit_test(texts_without_items),
        cmocka_unit_test(items_behind_the_window_are_not_noted),
    };
    return cmocka_run_group_tests(tests, make_whole, NULL);
}
