/* Input that comes when the terminal is full: it waits, in its order, and the
 * characters for signals do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/lib/bits.h"
#include "kernel/lib/panic.h"
#include "kernel/lib/string.h"
#include "kernel/terminal/tty.h"

static struct tty tty;
static char output[100];
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
    (void)bytes, (void)size;
}

static void fill(size_t room_left)
{
    while (tty_room(&tty) > room_left) {
        tty_input(&tty, '\n');
    }
}

static void test_signals_get_through_a_full_input(void **state)
{
    (void)state;
    static const size_t rooms[] = {TTY_AHEAD_MAX, TTY_AHEAD_MAX / 2, 1};
    for (size_t i = 0; i < ARRAY_COUNT(rooms); i++) {
        tty_init(&tty, drop_output);
        fill(rooms[i]);
        assert_int_equal(tty_input(&tty, 'Z' & 0x1f), TTY_EVENT_STOP);
        assert_int_equal(tty_room(&tty), TTY_INPUT_MAX + TTY_AHEAD_MAX);
        tty.termios.c_lflag |= NOFLSH;
        fill(rooms[i]);
        assert_int_equal(tty_input(&tty, 'C' & 0x1f), TTY_EVENT_INTERRUPT);
        assert_int_equal(tty_room(&tty), rooms[i]);
        tty.termios.c_lflag &= ~(uint32_t)ISIG;
        assert_int_equal(tty_input(&tty, 'C' & 0x1f), TTY_EVENT_NONE);
        assert_null(tty_validate(&tty));
    }
}

static void test_what_comes_ahead_is_edited_when_there_is_room(void **state)
{
    (void)state;
    char bytes[LINE_EDITOR_MAX + 1];
    tty_init(&tty, take_output);
    tty.output = drop_output;
    fill(TTY_AHEAD_MAX);
    tty.output = take_output;
    for (const char *c = "ab\x7f\143\n"; *c != '\0'; c++) {
        assert_int_equal(tty_input(&tty, (uint8_t)*c), TTY_EVENT_NONE);
    }
    assert_int_equal(output_size, 0);
    for (unsigned i = 0; i < TTY_INPUT_MAX; i++) {
        assert_int_equal(tty_read(&tty, bytes, sizeof(bytes)), 1);
    }
    assert_int_equal(tty_read(&tty, bytes, sizeof(bytes)), 3);
    assert_memory_equal(bytes, "ac\n", 3);
    assert_int_equal(output_size, 8);
    assert_memory_equal(output, "ab\b \bc\r\n", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_get_through_a_full_input),
        cmocka_unit_test(test_what_comes_ahead_is_edited_when_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
