/* drivers/terminal*.c and screen.c: what each sequence does, and for random
 * bytes, that the display shows what the screen holds, however the bytes are
 * cut into writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/code_page_437.h"
#include "drivers/terminal.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define COLUMNS                         20u
#define ROWS                            6u
#define SIDE_MAX                        300u
#define ROUNDS                          3000
#define BYTES_MAX                       400
#define GREY                            DISPLAY_GREY
#define COLOURS(foreground, background) ((background) << 4 | (foreground))

/* A display that remembers what is drawn, and nothing beyond its edges. */
struct model {
    unsigned columns;
    unsigned rows;
    bool has_cursor;
    unsigned cursor_column;
    unsigned cursor_row;
    size_t draws;
    struct cell cells[SIDE_MAX * SIDE_MAX];
};

static struct model model;
static struct terminal terminal;

static void model_draw(void *driver, unsigned column, unsigned row,
                       struct cell cell)
{
    struct model *to = driver;
    assert_in_range(column, 0, to->columns - 1);
    assert_in_range(row, 0, to->rows - 1);
    to->cells[row * to->columns + column] = cell;
    to->draws++;
}

static void model_show_cursor(void *driver, unsigned column, unsigned row,
                              struct cell cell)
{
    struct model *to = driver;
    model_draw(driver, column, row, cell);
    to->has_cursor = true;
    to->cursor_column = column;
    to->cursor_row = row;
}

static void model_hide_cursor(void *driver)
{
    ((struct model *)driver)->has_cursor = false;
}

static void attach(struct terminal *to, struct model *driver, unsigned columns,
                   unsigned rows)
{
    memset(driver, 0, sizeof(*driver));
    driver->columns = columns;
    driver->rows = rows;
    const struct display display = {
        .driver = driver,
        .columns = columns,
        .rows = rows,
        .draw = model_draw,
        .show_cursor = model_show_cursor,
        .hide_cursor = model_hide_cursor,
    };
    terminal_set_display(to, &display);
}

static void write_text(const char *text)
{
    terminal_write(&terminal, text, strlen(text));
    assert_null(terminal_validate(&terminal));
}

static void begin(const char *text)
{
    terminal_init(&terminal);
    attach(&terminal, &model, COLUMNS, ROWS);
    write_text(text);
}

/* The row as shown, without the blanks at its end. */
static void assert_row(unsigned row, const char *expected)
{
    char text[SIDE_MAX + 1];
    size_t length = 0;
    for (unsigned column = 0; column < model.columns; column++) {
        text[column] = (char)model.cells[row * model.columns + column].glyph;
        length = text[column] != ' ' ? column + 1 : length;
    }
    text[length] = 0;
    assert_string_equal(text, expected);
}

static void assert_cursor(unsigned column, unsigned row)
{
    assert_int_equal(model.cursor_column, column);
    assert_int_equal(model.cursor_row, row);
}

static void assert_colours(unsigned column, unsigned row, unsigned colours)
{
    assert_int_equal(model.cells[row * model.columns + column].colours,
                     colours);
}

static void test_text_and_control_characters(void **state)
{
    (void)state;
    begin("ab\r\ncd\nef\bg\r\n\tt");
    assert_row(0, "ab");
    assert_row(1, "cd");
    assert_row(2, "  eg");
    assert_row(3, "        t");
    assert_cursor(9, 3);
    begin("\b\bx\a\t\t\t\t\ty");
    assert_row(0, "x                  y");
}

static void test_the_last_column_wraps_before_the_next_character(void **state)
{
    (void)state;
    begin("12345678901234567890");
    assert_cursor(19, 0);
    write_text("x");
    assert_row(1, "x");
    begin("12345678901234567890\r\nx");
    assert_row(1, "x");
    begin("12345678901234567890\bx");
    assert_row(0, "123456789012345678x0");
}

static void test_scrolling(void **state)
{
    (void)state;
    begin("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7");
    assert_row(0, "2");
    assert_row(5, "7");
    begin("1\r\n2\r\n3\x1b[S");
    assert_row(0, "2");
    begin("1\r\n2\x1b[2T");
    assert_row(2, "1");
    begin("1\x1bMx");
    assert_row(0, " x");
    assert_row(1, "1");
}

static void test_only_what_changed_is_drawn(void **state)
{
    (void)state;
    begin("hello");
    model.draws = 0;
    write_text("x");
    /* The character, the cell that the cursor left, and the cursor. */
    assert_int_equal(model.draws, 3);
    model.draws = 0;
    write_text("a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj");
    assert_in_range(model.draws, 6, 20);
}

static void test_cursor_moves(void **state)
{
    (void)state;
    begin("\x1b[3;5Ha");
    assert_row(2, "    a");
    write_text("\x1b[Ab\x1b[2Bc\x1b[4Dd\x1b[3Ce");
    assert_row(1, "     b");
    assert_row(3, "   d  ce");
    write_text("\x1b[H1\x1b[4G2\x1b[2dx\x1b[E3\x1b[F4");
    assert_row(0, "1  2");
    assert_row(2, "3   a");
    assert_row(1, "4   xb");
    begin("\x1b[99;99Hx\x1b[99A\x1b[99Dy\x1b[0;0H!");
    assert_row(5, "                   x");
    assert_row(0, "!");
}

static void test_erase(void **state)
{
    (void)state;
    const char *full = "aaaa\r\nbbbb\r\ncccc\x1b[2;3H";
    begin(full);
    write_text("\x1b[K");
    assert_row(1, "bb");
    begin(full);
    write_text("\x1b[1K");
    assert_row(1, "   b");
    begin(full);
    write_text("\x1b[2K");
    assert_row(1, "");
    begin(full);
    write_text("\x1b[J");
    assert_row(0, "aaaa");
    assert_row(1, "bb");
    assert_row(2, "");
    begin(full);
    write_text("\x1b[1J");
    assert_row(0, "");
    assert_row(1, "   b");
    assert_row(2, "cccc");
    begin(full);
    write_text("\x1b[2J");
    assert_row(0, "");
    assert_row(2, "");
    assert_cursor(2, 1);
    begin(full);
    write_text("\x1b[44m\x1b[2X");
    assert_row(1, "bb");
    assert_colours(3, 1, COLOURS(GREY, DISPLAY_BLUE));
    assert_colours(4, 1, COLOURS(GREY, DISPLAY_BLACK));
}

static void test_insert_and_delete(void **state)
{
    (void)state;
    begin("abcdef\x1b[1;3H\x1b[2@");
    assert_row(0, "ab  cdef");
    write_text("\x1b[3P");
    assert_row(0, "abdef");
    begin("1\r\n2\r\n3\x1b[2H\x1b[L");
    assert_row(1, "");
    assert_row(2, "2");
    write_text("\x1b[2M");
    assert_row(1, "3");
    begin("abc\x1b[H\x1b[9999@\x1b[9999P\x1b[9999L\x1b[9999M\x1b[9999X");
    assert_row(0, "");
}

static void test_colours(void **state)
{
    (void)state;
    begin("a\x1b[31mb\x1b[1mc\x1b[44md\x1b[7me\x1b[27;22mf\x1b[mg");
    assert_colours(0, 0, COLOURS(GREY, 0));
    assert_colours(1, 0, COLOURS(DISPLAY_RED, 0));
    assert_colours(2, 0, COLOURS(DISPLAY_RED | DISPLAY_BRIGHT, 0));
    assert_colours(3, 0, COLOURS(DISPLAY_RED | DISPLAY_BRIGHT, DISPLAY_BLUE));
    assert_colours(4, 0, COLOURS(DISPLAY_BLUE, DISPLAY_RED | DISPLAY_BRIGHT));
    assert_colours(5, 0, COLOURS(DISPLAY_RED, DISPLAY_BLUE));
    assert_colours(6, 0, COLOURS(GREY, 0));
    begin("\x1b[93;104ma\x1b[39;49mb\x1b[38;5;12mc\x1b[48;5;2md"
          "\x1b[38;2;1;31;4me\x1b[38;5;200;1mf");
    assert_colours(
        0, 0,
        COLOURS(DISPLAY_BROWN | DISPLAY_BRIGHT, DISPLAY_BLUE | DISPLAY_BRIGHT));
    assert_colours(1, 0, COLOURS(GREY, 0));
    unsigned bright_blue = DISPLAY_BLUE | DISPLAY_BRIGHT;
    assert_colours(2, 0, COLOURS(bright_blue, 0));
    assert_colours(3, 0, COLOURS(bright_blue, DISPLAY_GREEN));
    assert_colours(4, 0, COLOURS(bright_blue, DISPLAY_GREEN));
    assert_colours(5, 0, COLOURS(bright_blue, DISPLAY_GREEN));
}

static void test_save_restore_and_reset(void **state)
{
    (void)state;
    begin("ab\x1b[31m\x1b[s\x1b[4;4H\x1b[mx\x1b[uy");
    assert_row(0, "aby");
    assert_colours(2, 0, COLOURS(DISPLAY_RED, 0));
    begin("ab\x1b"
          "7\r\n\r\n\x1b"
          "8c");
    assert_row(0, "abc");
    begin("abc\x1b[31m\x1b[?25l\x1b"
          "cd");
    assert_row(0, "d");
    assert_true(model.has_cursor);
    assert_colours(0, 0, COLOURS(GREY, 0));
}

static void test_the_cursor_can_be_hidden(void **state)
{
    (void)state;
    begin("ab");
    assert_true(model.has_cursor);
    write_text("\x1b[?25l");
    assert_false(model.has_cursor);
    write_text("c\x1b[?25h");
    assert_true(model.has_cursor);
    assert_cursor(3, 0);
}

static void test_unknown_sequences_are_swallowed(void **state)
{
    (void)state;
    begin("a\x1b]0;title\x07"
          "b\x1b]2;x\x1b\\c\x1b(Bd\x1b[?1049he\x1b[12zf"
          "\x1b[>cg\x1b[1;2;3;4;5;6;7;8;9;10;11Hh\x1b[\x18i\x1b=j");
    assert_row(0, "ahijefg");
    begin("a\x1b[2\r;3Hb");
    assert_row(1, "  b");
    begin("a\x1b[99999999999999999999Cb");
    assert_row(0, "a                  b");
}

static void test_utf8(void **state)
{
    (void)state;
    /* e acute, a box line, the euro sign (not in the code page), an emoji. */
    begin("\xc3\xa9\xe2\x94\x80\xe2\x82\xac\xf0\x9f\x98\x80x");
    assert_row(0, "\x82\xc4??x");
    /* Lone continuation, cut character, overlong slash, wrong lead. */
    begin("a\x80"
          "b\xc3"
          "c\xe2\x82\r\n\xc0\xafz\xff");
    assert_row(0, "a?b?c?");
    assert_row(1, "?z?");
    begin("\xe2");
    write_text("\x96");
    write_text("\x88");
    assert_row(0, "\xdb");
}

static void test_code_page(void **state)
{
    (void)state;
    for (uint8_t code = 0x20; code < 0x7f; code++) {
        assert_int_equal(code_page_437(code), code);
    }
    assert_int_equal(code_page_437(0x2588), 0xdb);
    assert_int_equal(code_page_437(0xa0), 0xff);
    assert_int_equal(code_page_437(0x2192), 0x1a);
    assert_int_equal(code_page_437(0), '?');
    assert_int_equal(code_page_437(0x7f), '?');
    assert_int_equal(code_page_437(0x10ffff), '?');
}

static void test_text_before_the_display_appears_on_it(void **state)
{
    (void)state;
    terminal_init(&terminal);
    write_text("one\r\ntwo\r\nthree");
    attach(&terminal, &model, 100, 40);
    assert_row(0, "one");
    assert_row(2, "three");
    assert_cursor(5, 2);
    attach(&terminal, &model, 4, 2);
    assert_row(0, "two");
    assert_row(1, "thre");
    assert_cursor(3, 1);
    assert_null(terminal_validate(&terminal));
}

static void test_a_display_that_is_too_large_is_used_in_part(void **state)
{
    (void)state;
    terminal_init(&terminal);
    attach(&terminal, &model, SIDE_MAX, SIDE_MAX);
    assert_null(terminal_validate(&terminal));
    assert_int_equal(terminal.screen.columns, SIDE_MAX);
    assert_int_equal(terminal.screen.rows, SCREEN_CELLS_MAX / SIDE_MAX);
    write_text("\x1b[9999;9999Hx\r\ny\x1b[M\x1b[L");
}

/* Bytes that make many sequences. */
static size_t random_bytes(uint64_t *seed, char *bytes)
{
    static const char favourites[] =
        "\x1b[[[[;;0123456789ABCDHJKLMPSTXdmsu@?hl]\\\r\n\t\b\x07\x18"
        "abc \xc3\xa9\xe2\x94\x80\xf0";
    size_t size = random_below(seed, BYTES_MAX);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = random_below(seed, 4) == 0
                       ? (char)random_next(seed)
                       : favourites[random_below(seed, sizeof(favourites) - 1)];
    }
    return size;
}

static void assert_display_is_screen(uint64_t seed)
{
    const struct screen *screen = &terminal.screen;
    for (unsigned row = 0; row < screen->rows; row++) {
        size_t size = screen->columns * sizeof(struct cell);
        if (memcmp(&screen->cells[row * screen->columns],
                   &model.cells[row * model.columns], size) != 0) {
            fail_msg("row %u differs, seed 0x%llx", row,
                     (unsigned long long)seed);
        }
    }
    assert_int_equal(model.has_cursor, !terminal.is_cursor_hidden);
    if (model.has_cursor) {
        assert_cursor(terminal.pen.column, terminal.pen.row);
    }
}

static void test_random_bytes(void **state)
{
    (void)state;
    static struct terminal other;
    static struct model other_model;
    uint64_t seed = 0x7e41;
    char bytes[BYTES_MAX];
    terminal_init(&terminal);
    terminal_init(&other);
    attach(&terminal, &model, COLUMNS, ROWS);
    attach(&other, &other_model, COLUMNS, ROWS);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t round_seed = seed;
        size_t size = random_bytes(&seed, bytes);
        terminal_write(&terminal, bytes, size);
        for (size_t i = 0; i < size; i++) {
            terminal_write(&other, bytes + i, 1);
        }
        const char *broken = terminal_validate(&terminal);
        if (broken != NULL) {
            fail_msg("%s, seed 0x%llx", broken, (unsigned long long)round_seed);
        }
        assert_display_is_screen(round_seed);
        assert_memory_equal(model.cells, other_model.cells,
                            COLUMNS * ROWS * sizeof(struct cell));
        if (random_below(&seed, 50) == 0) {
            unsigned columns = 1 + (unsigned)random_below(&seed, 30);
            unsigned rows = 1 + (unsigned)random_below(&seed, 30);
            attach(&terminal, &model, columns, rows);
            attach(&other, &other_model, columns, rows);
        }
    }
}

/* Writes COUNT rows "row N", from FIRST on. */
static void write_rows(unsigned first, unsigned count)
{
    char text[COLUMNS];
    for (unsigned i = first; i < first + count; i++) {
        snprintf(text, sizeof(text), "\r\nrow %u", i);
        write_text(text);
    }
}

static void test_what_scrolled_away_is_shown_again(void **state)
{
    (void)state;
    begin("row 0");
    write_rows(1, 20);
    assert_row(0, "row 15");
    terminal_scroll_back(&terminal);
    assert_row(0, "row 10");
    assert_row(ROWS - 1, "row 15");
    assert_false(model.has_cursor);
    for (unsigned i = 0; i < 10; i++) {
        terminal_scroll_back(&terminal);
        assert_null(terminal_validate(&terminal));
    }
    assert_row(0, "row 0");
    terminal_scroll_forth(&terminal);
    assert_row(0, "row 5");
    write_text("!");
    assert_row(ROWS - 1, "row 20!");
    assert_true(model.has_cursor);
    terminal_scroll_forth(&terminal);
    assert_row(ROWS - 1, "row 20!");
}

/* The ring keeps the last rows; of ever longer ones, fewer. */
static void test_the_oldest_rows_are_forgotten(void **state)
{
    (void)state;
    static const unsigned widths[] = {COLUMNS, 11, SIDE_MAX};
    for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
        unsigned kept = SCREEN_HISTORY_CELLS / widths[i];
        unsigned last = kept + 50;
        char oldest[COLUMNS];
        terminal_init(&terminal);
        attach(&terminal, &model, widths[i], ROWS);
        write_rows(0, last + 1);
        for (unsigned page = 0; page < kept; page++) {
            terminal_scroll_back(&terminal);
        }
        assert_null(terminal_validate(&terminal));
        snprintf(oldest, sizeof(oldest), "row %u", last + 1 - ROWS - kept);
        assert_row(0, oldest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_scrolled_away_is_shown_again),
        cmocka_unit_test(test_the_oldest_rows_are_forgotten),
        cmocka_unit_test(test_text_and_control_characters),
        cmocka_unit_test(test_the_last_column_wraps_before_the_next_character),
        cmocka_unit_test(test_scrolling),
        cmocka_unit_test(test_only_what_changed_is_drawn),
        cmocka_unit_test(test_cursor_moves),
        cmocka_unit_test(test_erase),
        cmocka_unit_test(test_insert_and_delete),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_save_restore_and_reset),
        cmocka_unit_test(test_the_cursor_can_be_hidden),
        cmocka_unit_test(test_unknown_sequences_are_swallowed),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_code_page),
        cmocka_unit_test(test_text_before_the_display_appears_on_it),
        cmocka_unit_test(test_a_display_that_is_too_large_is_used_in_part),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
