/* user/see/: where things go on terminals of all sizes, bars, keys, and what
 * page-table entries mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/host/random.h"
#include "user/see/canvas.h"
#include "user/see/history.h"
#include "user/see/key.h"
#include "user/see/layout.h"
#include "user/see/tables.h"

#define COLUMNS_MAX 300u
#define ROWS_MAX    100u

static void assert_in_order(const struct layout *layout, unsigned rows)
{
    const unsigned begins[] = {
        layout->map_row + layout->map_rows,
        layout->detail_row + 1,
        layout->legend_row + 2,
        layout->process_row + 1 + layout->process_rows,
        layout->history_row + CURVES * layout->history_rows,
        layout->program_row + 1,
    };
    const unsigned ends[] = {
        layout->detail_row,  layout->legend_row,  layout->process_row,
        layout->history_row, layout->program_row, layout->key_row,
    };
    for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        assert_int_equal(begins[i], ends[i]);
    }
    assert_int_equal(layout->key_row + 1, rows);
}

static void everything_has_its_place(void **state)
{
    (void)state;
    for (unsigned rows = ROWS_MIN; rows <= ROWS_MAX; rows++) {
        for (unsigned columns = COLUMNS_MIN; columns < COLUMNS_MAX;
             columns += 7) {
            for (size_t pages = 1; pages < 1ul << 26; pages *= 3) {
                struct layout layout = layout_of(columns, rows, pages);
                size_t letters = (pages + layout.share - 1) / layout.share;
                assert_in_order(&layout, rows);
                assert_true(layout.map_columns + ADDRESS_COLUMNS <= columns);
                assert_true(letters <=
                            (size_t)layout.map_rows * layout.map_columns);
                assert_true(layout.process_rows >= 2);
            }
        }
    }
}

static void a_letter_stands_for_as_few_pages_as_fit(void **state)
{
    (void)state;
    struct layout small = layout_of(80, 25, 128);
    struct layout large = layout_of(80, 25, 1ul << 20);
    struct layout wide = layout_of(160, 50, 1ul << 20);
    assert_int_equal(small.share, 1);
    assert_int_equal(small.map_columns, 64);
    assert_int_equal(small.map_rows, 2);
    assert_int_equal(wide.map_columns, 128);
    assert_true(wide.share < large.share);
    assert_true(wide.history_rows > small.history_rows);
    /* Half of the share would not fit. */
    struct layout *layouts[] = {&large, &wide};
    for (unsigned i = 0; i < 2; i++) {
        assert_true((1ul << 20) / layouts[i]->share * 2 >
                    layouts[i]->map_columns * layouts[i]->map_rows);
    }
}

static void too_small_a_terminal_is_taken_for_the_smallest(void **state)
{
    (void)state;
    struct layout none = layout_of(0, 0, 128);
    struct layout least = layout_of(COLUMNS_MIN, ROWS_MIN, 128);
    assert_in_order(&none, ROWS_MIN);
    assert_int_equal(none.map_columns, least.map_columns);
    assert_int_equal(none.share, least.share);
    assert_int_equal(layout_grid_columns(0), 8);
    assert_int_equal(layout_grid_columns(40), 16);
    assert_int_equal(layout_grid_columns(80), 64);
    assert_int_equal(layout_grid_columns(1000), 64);
}

static void scaling_keeps_something_and_all(void **state)
{
    (void)state;
    assert_int_equal(layout_scale(0, 100, 10), 0);
    assert_int_equal(layout_scale(1, 1ull << 63, 10), 1);
    assert_int_equal(layout_scale(UINT64_MAX, UINT64_MAX, 10), 10);
    assert_int_equal(layout_scale(1ull << 63, UINT64_MAX, 10), 5);
    assert_int_equal(layout_scale(3, 2, 10), 10);
    assert_int_equal(layout_scale(3, 0, 10), 0);
    assert_int_equal(layout_scale(99, 100, 10), 9);
}

static void history_is_a_ring(void **state)
{
    (void)state;
    struct history history = {0};
    assert_int_equal(history_at(&history, 0), 0);
    for (unsigned i = 1; i <= 2 * HISTORY_MAX + 3; i++) {
        history_add(&history, i);
        assert_int_equal(history_at(&history, 0), i);
        assert_int_equal(history_at(&history, 1), i - 1);
    }
    assert_int_equal(history_at(&history, HISTORY_MAX - 1), HISTORY_MAX + 4);
    assert_int_equal(history_at(&history, HISTORY_MAX), 0);
    history_add(&history, 0);
    assert_int_equal(history_most(&history, 1), 0);
    assert_int_equal(history_most(&history, 2), 2 * HISTORY_MAX + 3);
}

static void bars_grow_by_halves(void **state)
{
    (void)state;
    static const struct {
        unsigned value;
        uint16_t rows[2]; /* the lower first */
    } bars[] = {
        {0, {' ', ' '}},
        {1, {'_', ' '}},
        {2, {HALF_BLOCK, ' '}},
        {3, {HALF_BLOCK, ' '}},
        {4, {FULL_BLOCK, ' '}},
        {6, {FULL_BLOCK, HALF_BLOCK}},
        {8, {FULL_BLOCK, FULL_BLOCK}},
    };
    for (unsigned i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
        for (unsigned row = 0; row < 2; row++) {
            assert_int_equal(history_bar(bars[i].value, 8, row, 2),
                             bars[i].rows[row]);
        }
    }
    assert_int_equal(history_bar(5, 0, 0, 1), ' ');
}

/* The last key that BYTES make. */
static enum key last_key(struct key_reader *reader, const char *bytes)
{
    enum key key = KEY_NONE;
    for (; *bytes != '\0'; bytes++) {
        key = key_take(reader, *bytes);
    }
    return key;
}

static void keys_of_terminals(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum key key;
    } keys[] = {
        {"\033[A", KEY_UP},
        {"\033OA", KEY_UP},
        {"\033[B", KEY_DOWN},
        {"\033[C", KEY_RIGHT},
        {"\033[D", KEY_LEFT},
        {"\033[H", KEY_HOME},
        {"\033[1~", KEY_HOME},
        {"\033[F", KEY_END},
        {"\033[4~", KEY_END},
        {"\033[5~", KEY_PAGE_UP},
        {"\033[6~", KEY_PAGE_DOWN},
        {"\033[5;2~", KEY_PAGE_UP},
        {"\033[1;5C", KEY_RIGHT},
        {"\r", KEY_ENTER},
        {"\n", KEY_ENTER},
        {"\x7f", KEY_BACK},
        {"\b", KEY_BACK},
        {"\t", KEY_NEXT},
        {" ", KEY_PAUSE},
        {".", KEY_STEP},
        {"q", KEY_QUIT},
        {"x", KEY_NONE},
        {"\033[99~", KEY_NONE},
        {"\033[Z", KEY_NONE},
        {"\033\033", KEY_BACK},
        {"\033q", KEY_QUIT},
    };
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct key_reader reader = {0};
        assert_int_equal(last_key(&reader, keys[i].bytes), keys[i].key);
        assert_int_equal(key_timeout(&reader), KEY_NONE);
    }
}

static void escape_alone_takes_a_while(void **state)
{
    (void)state;
    struct key_reader reader = {0};
    assert_int_equal(key_take(&reader, '\033'), KEY_NONE);
    assert_int_equal(key_timeout(&reader), KEY_BACK);
    assert_int_equal(key_timeout(&reader), KEY_NONE);
    assert_int_equal(last_key(&reader, "\033["), KEY_NONE);
    assert_int_equal(key_timeout(&reader), KEY_NONE);
    assert_int_equal(last_key(&reader, "A"), KEY_NONE);
}

static void entries_lead_to_tables_and_memory(void **state)
{
    (void)state;
    char bits[64];
    assert_int_equal(table_span(1), 4096);
    assert_int_equal(table_span(2), 2 << 20);
    assert_int_equal(table_span(4), 512ull << 30);
    assert_int_equal(table_index(0x7fffffffe000, 4), 255);
    assert_int_equal(table_index(0x401000, 1), 1);
    assert_int_equal(table_index(0x401000, 2), 2);
    assert_false(table_is_leaf(0, 1));
    assert_true(table_is_leaf(0x1067, 1));
    assert_false(table_is_leaf(0x1067, 2));
    assert_true(table_is_leaf(0x2000e7, 2));
    assert_int_equal(table_target(0x80000000002010e7, 2), 0x200000);
    assert_int_equal(table_target(0x8000000000201067, 2), 0x201000);
    table_bits(0x8000000000000067, bits, sizeof(bits));
    assert_string_equal(bits, "present write user accessed dirty no-execute ");
    table_bits(UINT64_MAX, bits, 16);
    assert_string_equal(bits, "present write ");

    uint64_t path[TABLE_LEVELS] = {0x1067, 0x2067, 0x2000e7, 0};
    assert_int_equal(table_last_level(path), 2);
    path[1] = 0;
    assert_int_equal(table_last_level(path), 3);
    const uint64_t whole[TABLE_LEVELS] = {0x1067, 0x2067, 0x3067, 0};
    assert_int_equal(table_last_level(whole), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_its_place),
        cmocka_unit_test(a_letter_stands_for_as_few_pages_as_fit),
        cmocka_unit_test(too_small_a_terminal_is_taken_for_the_smallest),
        cmocka_unit_test(scaling_keeps_something_and_all),
        cmocka_unit_test(history_is_a_ring),
        cmocka_unit_test(bars_grow_by_halves),
        cmocka_unit_test(keys_of_terminals),
        cmocka_unit_test(escape_alone_takes_a_while),
        cmocka_unit_test(entries_lead_to_tables_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
