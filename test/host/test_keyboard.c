/* drivers/keyboard.c: keys wait in a queue, in order and whole, and when it is
 * full the next one is refused and not lost in silence. The controller is a
 * stand-in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "drivers/i8042.h"
#include "drivers/keyboard.h"
#include "kernel/lib/bits.h"

#define SCANCODE_A  0x1e
#define PREFIX      0xe0
#define SCANCODE_UP 0x48 /* after PREFIX: three bytes */

static const uint8_t *typed;
static size_t typed_count;

bool i8042_is_present(void)
{
    return true;
}

bool i8042_command(uint8_t command)
{
    (void)command;
    return true;
}

bool i8042_send(uint8_t byte)
{
    (void)byte;
    return true;
}

bool i8042_receive(uint8_t *byte)
{
    *byte = 0;
    return true;
}

bool i8042_poll(uint8_t *byte)
{
    if (typed_count == 0) {
        return false;
    }
    *byte = *typed++;
    typed_count--;
    return true;
}

static unsigned type(struct keyboard *keyboard, const uint8_t *scancodes,
                     size_t count)
{
    typed = scancodes;
    typed_count = count;
    return keyboard_collect(keyboard);
}

/* Fills the queue of a new keyboard with COUNT times the letter a. */
static void fill(struct keyboard *keyboard, size_t count)
{
    static const uint8_t a = SCANCODE_A;
    *keyboard = (struct keyboard){.is_present = false};
    assert_true(keyboard_init(keyboard));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(type(keyboard, &a, 1), 0);
    }
}

static struct keyboard keyboard;

static void test_an_absent_one_has_no_keys(void **state)
{
    (void)state;
    static const uint8_t a = SCANCODE_A;
    struct keyboard *absent = &(struct keyboard){.is_present = false};
    char byte;
    assert_int_equal(type(absent, &a, 1), 0);
    assert_int_equal(keyboard_read(absent, &byte, 1), 0);
}

static void test_keys_wait_in_order(void **state)
{
    (void)state;
    static const uint8_t keys[] = {SCANCODE_A, PREFIX, SCANCODE_UP, SCANCODE_A};
    char bytes[8];
    fill(&keyboard, KEYBOARD_QUEUE_SIZE - 1);
    while (keyboard_read(&keyboard, bytes, sizeof(bytes)) == sizeof(bytes)) {
    }
    /* The queue is empty, and its end is at the end of its memory. */
    assert_int_equal(type(&keyboard, keys, sizeof(keys)), 0);
    assert_int_equal(keyboard_read(&keyboard, bytes, 2), 2);
    assert_memory_equal(bytes, "a\033", 2);
    assert_int_equal(keyboard_read(&keyboard, bytes, sizeof(bytes)), 3);
    assert_memory_equal(bytes, "[Aa", 3);
    assert_int_equal(keyboard_read(&keyboard, bytes, sizeof(bytes)), 0);
}

static void test_a_full_queue_refuses_whole_keys(void **state)
{
    (void)state;
    static const uint8_t up_and_a[] = {PREFIX, SCANCODE_UP, SCANCODE_A};
    char byte;
    fill(&keyboard, KEYBOARD_QUEUE_SIZE - 2);
    assert_int_equal(type(&keyboard, up_and_a, 2), 1);
    assert_int_equal(type(&keyboard, up_and_a, 3), 1);
    assert_int_equal(type(&keyboard, up_and_a + 2, 1), 0);
    assert_int_equal(type(&keyboard, up_and_a + 2, 1), 1);
    for (size_t i = 0; i < KEYBOARD_QUEUE_SIZE; i++) {
        assert_int_equal(keyboard_read(&keyboard, &byte, 1), 1);
        assert_int_equal(byte, 'a');
    }
    assert_int_equal(keyboard_read(&keyboard, &byte, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_absent_one_has_no_keys),
        cmocka_unit_test(test_keys_wait_in_order),
        cmocka_unit_test(test_a_full_queue_refuses_whole_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
