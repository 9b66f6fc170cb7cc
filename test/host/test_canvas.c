/* user/see/canvas.c against the kernel's own terminal: whatever is drawn, what
 * goes out makes the terminal show it, and nothing goes out for what it shows
 * already. user/lib/format.c beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/code_page_437.h"
#include "drivers/terminal.h"
#include "test/host/random.h"
#include "user/see/canvas.h"

#define COLUMNS    SCREEN_DEFAULT_COLUMNS
#define ROWS       SCREEN_DEFAULT_ROWS
#define CELLS      (COLUMNS * ROWS)
#define ROUNDS     600
#define CHANGES    60
#define OUTPUT_MAX 4096

static struct terminal terminal;
static struct canvas canvas;
static struct canvas_cell memory[2 * CELLS];
static uint64_t seed;

static int begin(void **state)
{
    (void)state;
    seed = 7;
    terminal_init(&terminal);
    canvas_init(&canvas, COLUMNS, ROWS, memory);
    return 0;
}

/* The display's number of one of ANSI's 16 colours: red and blue change places.
 */
static unsigned display_colour(unsigned colour)
{
    return (colour & ~5u) | (colour & 1) << 2 | (colour >> 2 & 1);
}

static void assert_same(void)
{
    for (size_t i = 0; i < CELLS; i++) {
        const struct canvas_cell *drawn = &canvas.cells[i];
        struct cell shown = terminal.screen.cells[i];
        unsigned colours = display_colour(drawn->colour >> BACKGROUND_SHIFT)
                               << 4 |
                           display_colour(drawn->colour % COLOURS);
        assert_int_equal(shown.glyph, code_page_437(drawn->code));
        assert_int_equal(shown.colours, colours);
    }
}

/* Brings the terminal what has changed, at most SIZE bytes at a time. Returns
 * how many there were. */
static size_t update(size_t size)
{
    char bytes[OUTPUT_MAX];
    size_t total = 0;
    size_t length;

    while ((length = canvas_update(&canvas, bytes, size)) > 0) {
        assert_in_range(length, 1, size);
        terminal_write(&terminal, bytes, length);
        total += length;
    }
    return total;
}

static void draw_at_random(void)
{
    static const uint16_t codes[] = {'a', 'b', '.',        ' ',
                                     '~', DOT, FULL_BLOCK, HALF_BLOCK};
    for (size_t i = random_below(&seed, CHANGES); i > 0; i--) {
        unsigned colour = (unsigned)random_below(&seed, 3) % 2 == 0
                              ? GREY
                              : (unsigned)random_below(&seed, 128);
        canvas_fill(&canvas, (unsigned)random_below(&seed, COLUMNS + 2),
                    (unsigned)random_below(&seed, ROWS + 2),
                    (unsigned)random_below(&seed, 9), (uint8_t)colour,
                    codes[random_below(&seed, 8)]);
    }
}

static void the_terminal_shows_what_is_drawn(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (random_below(&seed, 20) == 0) {
            canvas_clear(&canvas);
        }
        draw_at_random();
        update(random_below(&seed, 2) == 0
                   ? OUTPUT_MAX
                   : CANVAS_STEP + random_below(&seed, CANVAS_STEP));
        assert_same();
        assert_int_equal(update(OUTPUT_MAX), 0);
    }
}

static void what_stays_is_not_written_again(void **state)
{
    (void)state;
    canvas_print(&canvas, 3, 4, GREY, "frame %u of %s", 17u, "sh");
    assert_in_range(update(OUTPUT_MAX), strlen("frame 17 of sh"), 40);
    canvas_clear(&canvas);
    canvas_print(&canvas, 3, 4, GREY, "frame %u of %s", 18u, "sh");
    /* A move of the cursor, and a digit. */
    assert_in_range(update(OUTPUT_MAX), 1, strlen("\033[5;11H8"));
    assert_same();
}

static void cells_between_are_cheaper_than_a_move(void **state)
{
    (void)state;
    canvas_print(&canvas, 0, 0, GREY, "abcd");
    update(OUTPUT_MAX);
    canvas_print(&canvas, 0, 0, GREY, "xbcy");
    assert_in_range(update(OUTPUT_MAX), 4, strlen("\033[1;1Hxbcy"));
    assert_same();
}

static void what_no_terminal_shows_is_a_question_mark(void **state)
{
    (void)state;
    unsigned end = canvas_print(&canvas, 0, 0, GREY, "a\033[2Jb\n\xff");
    assert_int_equal(end, strlen("a\033[2Jb\n\xff"));
    update(OUTPUT_MAX);
    assert_int_equal(terminal.screen.cells[0].glyph, 'a');
    assert_int_equal(terminal.screen.cells[1].glyph, '?');
    assert_int_equal(terminal.screen.cells[7].glyph, '?');
}

static void texts_are_cut_and_end_with_zero(void **state)
{
    (void)state;
    char to[8];
    memset(to, 'x', sizeof(to));
    assert_int_equal(sprint(to, sizeof(to), "%s", "1234567"), 7);
    assert_string_equal(to, "1234567");
    assert_int_equal(sprint(to, sizeof(to), "%s and more", "12345678"), 7);
    assert_string_equal(to, "1234567");
    assert_int_equal(sprint(to, 1, "%d", 5), 0);
    assert_string_equal(to, "");
    assert_int_equal(sprint(to, sizeof(to), "%3d|%-3x|", -1, 10u), 8 - 1);
    assert_string_equal(to, " -1|a  ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_terminal_shows_what_is_drawn, begin),
        cmocka_unit_test_setup(what_stays_is_not_written_again, begin),
        cmocka_unit_test_setup(cells_between_are_cheaper_than_a_move, begin),
        cmocka_unit_test_setup(what_no_terminal_shows_is_a_question_mark,
                               begin),
        cmocka_unit_test(texts_are_cut_and_end_with_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
