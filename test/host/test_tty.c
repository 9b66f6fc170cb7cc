/* kernel/tty*.c and line_editor.c: what Linux answers in canonical and raw
 * mode, the editing of lines against a model of the screen, transparent mode,
 * and random input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/panic.h"
#include "kernel/terminal/tty.h"
#include "test/host/random.h"

#define ROUNDS     300000
#define OUTPUT_MAX 8192
#define LEFT       "\x1b[D"
#define RIGHT      "\x1b[C"
#define UP         "\x1b[A"
#define DOWN       "\x1b[B"
#define HOME       "\x1b[H"
#define END        "\x1b[4~"
#define DELETE     "\x1b[3~"

static struct tty tty;
static char output[OUTPUT_MAX];
static size_t output_size;

void panic(const char *format, ...)
{
    fail_msg("panic: %s", format);
    abort();
}

static void take_output(const char *bytes, size_t size)
{
    assert_true(output_size + size < sizeof(output));
    memcpy(output + output_size, bytes, size);
    output_size += size;
}

static void drop_output(const char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
}

static void begin(void)
{
    output_size = 0;
    tty_init(&tty, take_output);
}

static void type(const char *keys)
{
    for (size_t i = 0; keys[i] != 0; i++) {
        assert_int_equal(tty_input(&tty, (uint8_t)keys[i]), TTY_EVENT_NONE);
        assert_null(tty_validate(&tty));
    }
}

static void assert_read(const char *expected)
{
    char bytes[LINE_EDITOR_MAX + 1];
    int64_t size = tty_read(&tty, bytes, sizeof(bytes));
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, strlen(expected));
}

static void assert_nothing_to_read(void)
{
    char byte;
    assert_false(tty_is_readable(&tty));
    assert_int_equal(tty_read(&tty, &byte, 1), -EAGAIN);
}

static void assert_output(const char *expected)
{
    assert_int_equal(output_size, strlen(expected));
    assert_memory_equal(output, expected, output_size);
    output_size = 0;
}

/* One row of a terminal that knows characters, \b and \r\n. */
static void assert_screen(const char *expected)
{
    char row[OUTPUT_MAX];
    size_t column = 0;
    size_t length = 0;
    for (size_t i = 0; i < output_size && output[i] != '\r'; i++) {
        if (output[i] == '\b') {
            assert_true(column > 0);
            column--;
            continue;
        }
        row[column++] = output[i];
        length = MAX(length, column);
    }
    while (length > 0 && row[length - 1] == ' ') {
        length--;
    }
    row[length] = 0;
    assert_string_equal(row, expected);
}

static void set_local(uint32_t clear, uint32_t set)
{
    struct termios termios = tty.termios;
    termios.c_lflag = (termios.c_lflag & ~clear) | set;
    tty_set_termios(&tty, &termios);
}

static void test_a_line_is_read_when_it_is_finished(void **state)
{
    (void)state;
    begin();
    type("hello");
    assert_nothing_to_read();
    type("\r");
    assert_true(tty_is_readable(&tty));
    assert_int_equal(tty_readable_bytes(&tty), 6);
    assert_output("hello\r\n");
    assert_read("hello\n");
    assert_nothing_to_read();
    type("one\ntwo\n");
    assert_read("one\n");
    assert_read("two\n");
}

static void test_a_small_read_leaves_the_rest_of_the_line(void **state)
{
    (void)state;
    char bytes[4];
    begin();
    type("abcdef\nx\n");
    assert_int_equal(tty_read(&tty, bytes, 4), 4);
    assert_memory_equal(bytes, "abcd", 4);
    assert_read("ef\n");
    assert_read("x\n");
    assert_int_equal(tty_read(&tty, bytes, 0), 0);
}

static void test_end_of_input(void **state)
{
    (void)state;
    begin();
    type("\x04");
    assert_int_equal(tty_readable_bytes(&tty), 0);
    assert_read("");
    assert_nothing_to_read();
    type("abc\x04");
    assert_read("abc");
    assert_nothing_to_read();
    type("\x04x\n");
    assert_read("");
    assert_read("x\n");
}

static void test_keys_that_send_signals(void **state)
{
    (void)state;
    begin();
    type("abc");
    assert_int_equal(tty_input(&tty, 3), TTY_EVENT_INTERRUPT);
    assert_output("abc^C");
    assert_int_equal(tty_input(&tty, 0x1c), TTY_EVENT_QUIT);
    assert_int_equal(tty_input(&tty, 0x1a), TTY_EVENT_STOP);
    type("x\n");
    assert_read("x\n");
    set_local(ISIG, 0);
    type("\x03\x1a\n");
    assert_read("\x03\x1a\n");
    set_local(0, ISIG | NOFLSH);
    type("y");
    assert_int_equal(tty_input(&tty, 3), TTY_EVENT_INTERRUPT);
    type("\n");
    assert_read("y\n");
}

/* KEYS, then Enter: the line that is read, and how it looks. */
static void assert_edits_to(const char *keys, const char *line)
{
    char expected[OUTPUT_MAX];
    output_size = 0;
    type(keys);
    type("\n");
    assert_screen(line);
    snprintf(expected, sizeof(expected), "%s\n", line);
    assert_read(expected);
}

static void test_editing(void **state)
{
    (void)state;
    begin();
    assert_edits_to("abx\x7f"
                    "c",
                    "abc");
    assert_edits_to("abx\b"
                    "c",
                    "abc");
    assert_edits_to("\x7f\x7f"
                    "a",
                    "a");
    assert_edits_to("abc\x15"
                    "d",
                    "d");
    assert_edits_to("one two  \x17three", "one three");
    assert_edits_to("one two" LEFT LEFT "\x17"
                    "X",
                    "one Xwo");
    assert_edits_to("ac" LEFT "b", "abc");
    assert_edits_to("bd" HOME "a" RIGHT "c", "abcd");
    assert_edits_to("abc" HOME DELETE END "d", "bcd");
    assert_edits_to("abc" LEFT LEFT "\x0b", "a");
    assert_edits_to("abc\x01"
                    "X\x05"
                    "Y\x02\x02"
                    "Z\x06"
                    "W",
                    "XabZcWY");
    assert_edits_to("abc" HOME LEFT RIGHT RIGHT RIGHT RIGHT DELETE, "abc");
    assert_edits_to("a\x1b[1;5Db\x1b[[Ac\x1bOHd\x1bxe", "debca");
}

/* PageUp and PageDown, also with Shift, Alt, Control; ESC by itself before a
 * key; function keys; an answer of the terminal; a character set. */
static void test_keys_that_do_nothing_type_nothing(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "\x1b[5~",     "\x1b[6~",      "\x1b[5;2~", "\x1b[5;3~", "\x1b[6;4~",
        "\x1b\x1b[5~", "\x1b[\x1b[6~", "\x1b[[A",   "\x1bOP",    "\x1b[15~",
        "\x1b[24;1R",  "\x1b[?1;2c",   "\x1b(B",    "\x1b[200~", "\x1b[1 q",
    };
    begin();
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        char typed[OUTPUT_MAX];
        snprintf(typed, sizeof(typed), "ab" LEFT "%sX", keys[i]);
        assert_edits_to(typed, "aXb");
    }
}

static void test_editing_of_utf8(void **state)
{
    (void)state;
    begin();
    type("a\xc3\xa4\xe2\x82\xac\x7f\n");
    assert_read("a\xc3\xa4\n");
    type("\xc3\xa4"
         "b" LEFT LEFT DELETE "\n");
    assert_read("b\n");
    output_size = 0;
    type("x" LEFT "\xc3");
    assert_output("x\b");
    type("\xa4");
    assert_output("\xc3\xa4x\b");
}

static void test_history(void **state)
{
    (void)state;
    begin();
    type("one\ntwo\ntwo\n\n");
    assert_read("one\n");
    assert_read("two\n");
    assert_read("two\n");
    assert_read("\n");
    assert_edits_to(UP, "two");
    assert_edits_to(UP UP, "one");
    assert_edits_to(UP UP UP UP UP UP, "one");
    assert_edits_to(UP UP DOWN "!", "one!");
    assert_edits_to("x" UP DOWN "y", "y");
    assert_edits_to(DOWN "z\x10\x10\x0e", "y");
    for (unsigned i = 0; i < 3 * LINE_HISTORY_LINES; i++) {
        char line[16];
        snprintf(line, sizeof(line), "line %u\n", i);
        type(line);
        assert_read(line);
    }
    assert_edits_to(UP UP UP, "line 45");
}

static void test_long_lines_are_not_remembered(void **state)
{
    (void)state;
    begin();
    type("a\n");
    assert_read("a\n");
    for (unsigned i = 0; i < LINE_HISTORY_BYTES; i++) {
        type("x");
    }
    type("\n");
    char bytes[LINE_HISTORY_BYTES + 1];
    assert_int_equal(tty_read(&tty, bytes, sizeof(bytes)), sizeof(bytes));
    assert_edits_to(UP, "a");
}

static void test_without_echo(void **state)
{
    (void)state;
    begin();
    type("shown\n");
    assert_read("shown\n");
    output_size = 0;
    set_local(ECHO, 0);
    type("sec\x7f"
         "cret\n");
    assert_output("");
    assert_read("secret\n");
    set_local(0, ECHONL);
    type("\n");
    assert_output("\r\n");
    set_local(0, ECHO);
    assert_read("\n");
    assert_edits_to(UP, "shown");
}

static void test_control_characters_are_shown(void **state)
{
    (void)state;
    begin();
    type("a\x07"
         "b\x7f\x7f\n");
    assert_read("a\n");
    assert_screen("a");
}

static void test_raw_mode(void **state)
{
    (void)state;
    char bytes[8];
    begin();
    set_local(ICANON | ECHO | ISIG, 0);
    assert_nothing_to_read();
    type("a\x7f\x03\x04");
    assert_output("");
    assert_read("a\x7f\x03\x04");
    type("\r");
    assert_read("\n");
    tty.termios.c_cc[VMIN] = 3;
    type("12");
    assert_int_equal(tty_read(&tty, bytes, 8), -EAGAIN);
    assert_int_equal(tty_read(&tty, bytes, 2), 2);
    type("345");
    assert_read("345");
    tty.termios.c_cc[VMIN] = 0;
    assert_read("");
    set_local(0, ECHO);
    type("q\x01\t\n");
    assert_output("q^A\t\r\n");
}

/* Linux: n_tty_set_termios. */
static void test_changing_the_mode_keeps_what_was_typed(void **state)
{
    (void)state;
    begin();
    type("line\npart");
    set_local(ICANON, 0);
    assert_read("line\npart");
    type("raw");
    set_local(0, ICANON);
    assert_read("raw");
    type("x");
    set_local(ICANON, 0);
    set_local(0, ICANON);
    type("y\n");
    assert_read("x");
    assert_read("y\n");
    type("gone\ngo");
    tty_flush_input(&tty);
    assert_nothing_to_read();
    type("ne\n");
    assert_read("ne\n");
}

static void test_input_mapping(void **state)
{
    (void)state;
    begin();
    set_local(ICANON | ECHO, 0);
    type("\x13\x11");
    assert_nothing_to_read();
    tty.termios.c_iflag = 0;
    type("\r\n\x13");
    assert_read("\r\n\x13");
    tty.termios.c_iflag = INLCR;
    type("\r\n");
    assert_read("\r\r");
    tty.termios.c_iflag = IGNCR | ISTRIP;
    type("\r\xe1\n");
    assert_read("a\n");
}

static void test_output(void **state)
{
    (void)state;
    begin();
    tty_write(&tty, "a\nb\r\n\n", 6);
    assert_output("a\r\nb\r\r\n\r\n");
    tty.termios.c_oflag &= ~OPOST;
    tty_write(&tty, "a\n", 2);
    assert_output("a\n");
    tty.termios.c_oflag = OPOST | ONLCR;
    char newlines[1000];
    memset(newlines, '\n', sizeof(newlines));
    tty_write(&tty, newlines, sizeof(newlines));
    assert_int_equal(output_size, 2 * sizeof(newlines));
    for (size_t i = 0; i < output_size; i++) {
        assert_int_equal(output[i], i % 2 == 0 ? '\r' : '\n');
    }
}

static void test_transparent(void **state)
{
    (void)state;
    begin();
    tty_set_transparent(&tty);
    for (unsigned byte = 0; byte < 256; byte++) {
        if (byte == 0x10) {
            tty_input(&tty, 0x10);
        }
        assert_int_equal(tty_input(&tty, (uint8_t)byte), TTY_EVENT_NONE);
    }
    uint8_t bytes[300];
    assert_int_equal(tty_read(&tty, bytes, sizeof(bytes)), 256);
    for (unsigned byte = 0; byte < 256; byte++) {
        assert_int_equal(bytes[byte], byte);
    }
    assert_nothing_to_read();
    tty_write(&tty, "a\nb", 3);
    assert_output("a\nb");
    type("last\x10\x04more");
    assert_read("last");
    assert_read("");
    assert_read("");
    assert_true(tty_is_readable(&tty));
}

static void test_nothing_is_lost_while_there_is_room(void **state)
{
    (void)state;
    uint64_t seed = 0x7717;
    char bytes[LINE_EDITOR_MAX + 1];
    size_t sent = 0;
    size_t received = 0;
    begin();
    tty.output = drop_output;
    set_local(ECHO, 0);
    while (received < 1000000) {
        size_t count = random_below(&seed, 600);
        for (size_t i = 0; i < count && tty_room(&tty) > 0; i++) {
            bool ends = random_below(&seed, 100) == 0;
            tty_input(&tty, ends ? '\n' : (uint8_t)('a' + sent % 26));
            sent++;
        }
        assert_null(tty_validate(&tty));
        size_t size = random_below(&seed, 500);
        int64_t got = tty_read(&tty, bytes, size);
        for (int64_t i = 0; i < got; i++, received++) {
            assert_true(bytes[i] == '\n' ||
                        bytes[i] == (char)('a' + received % 26));
        }
    }
}

static void test_a_recalled_line_waits_for_room(void **state)
{
    (void)state;
    begin();
    tty.output = drop_output;
    set_local(ECHO, 0);
    set_local(0, ECHO);
    type("recalled\n");
    assert_read("recalled\n");
    while (tty_room(&tty) > TTY_AHEAD_MAX + 5) {
        tty_input(&tty, 'x');
    }
    tty_input(&tty, '\n');
    type(UP);
    assert_int_equal(tty_room(&tty), TTY_AHEAD_MAX);
    char bytes[LINE_EDITOR_MAX + 1];
    assert_true(tty_read(&tty, bytes, sizeof(bytes)) > 0);
    assert_true(tty_room(&tty) > TTY_AHEAD_MAX);
    type("!\n");
    assert_read("recalled!\n");
}

static void test_a_line_that_is_too_long_rings_the_bell(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < LINE_EDITOR_MAX; i++) {
        assert_true(tty_room(&tty) > 0);
        tty_input(&tty, 'x');
    }
    output_size = 0;
    assert_true(tty_room(&tty) > 0);
    tty_input(&tty, 'y');
    assert_output("\a");
    tty_input(&tty, '\n');
    assert_int_equal(tty_room(&tty), TTY_AHEAD_MAX);
    char bytes[LINE_EDITOR_MAX + 1];
    assert_int_equal(tty_read(&tty, bytes, sizeof(bytes)), sizeof(bytes));
    assert_int_equal(bytes[LINE_EDITOR_MAX - 1], 'x');
    assert_int_equal(bytes[LINE_EDITOR_MAX], '\n');
}

static void change_something(uint64_t *seed)
{
    uint8_t bytes[100];
    struct termios termios = tty.termios;
    switch (random_below(seed, 4)) {
    case 0:
        tty_read(&tty, bytes, random_below(seed, sizeof(bytes)));
        break;
    case 1:
        termios.c_lflag = (uint32_t)random_next(seed);
        termios.c_iflag = (uint32_t)random_next(seed);
        tty_set_termios(&tty, &termios);
        break;
    case 2:
        termios.c_cc[random_below(seed, NCCS)] = (uint8_t)random_next(seed);
        tty_set_termios(&tty, &termios);
        break;
    default:
        tty_write(&tty, bytes, 0);
        break;
    }
}

static void test_random_input(void **state)
{
    (void)state;
    uint64_t seed = 0x5eed;
    static const char favourites[] = "\x1b[ABCD34~\x7f\x15\x17\r\n\x03\x04\x10 "
                                     "ab\xc3\xa4\xe2\x82\xac";
    begin();
    tty.output = drop_output;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t byte =
            random_below(&seed, 3) == 0
                ? (uint8_t)random_next(&seed)
                : (uint8_t)
                      favourites[random_below(&seed, sizeof(favourites) - 1)];
        tty_input(&tty, byte);
        if (random_below(&seed, 30) == 0) {
            change_something(&seed);
        }
        const char *broken = tty_validate(&tty);
        if (broken != NULL) {
            fail_msg("%s in round %u", broken, round);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_is_read_when_it_is_finished),
        cmocka_unit_test(test_a_small_read_leaves_the_rest_of_the_line),
        cmocka_unit_test(test_end_of_input),
        cmocka_unit_test(test_keys_that_send_signals),
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_keys_that_do_nothing_type_nothing),
        cmocka_unit_test(test_editing_of_utf8),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_long_lines_are_not_remembered),
        cmocka_unit_test(test_without_echo),
        cmocka_unit_test(test_control_characters_are_shown),
        cmocka_unit_test(test_raw_mode),
        cmocka_unit_test(test_changing_the_mode_keeps_what_was_typed),
        cmocka_unit_test(test_input_mapping),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_transparent),
        cmocka_unit_test(test_nothing_is_lost_while_there_is_room),
        cmocka_unit_test(test_a_recalled_line_waits_for_room),
        cmocka_unit_test(test_a_line_that_is_too_long_rings_the_bell),
        cmocka_unit_test(test_random_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
