/* drivers/keymap.c: what keys send. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/keymap.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define ROUNDS        1000000
#define RELEASE       0x80

#define KEY_1         0x02
#define KEY_2         0x03
#define KEY_BACKSPACE 0x0e
#define KEY_TAB       0x0f
#define KEY_A         0x1e
#define KEY_C         0x2e
#define KEY_Z         0x2c
#define KEY_ENTER     0x1c
#define KEY_SLASH     0x35
#define KEY_SPACE     0x39
#define KEY_CONTROL   0x1d
#define KEY_SHIFT     0x2a
#define KEY_RSHIFT    0x36
#define KEY_ALT       0x38
#define KEY_CAPS      0x3a
#define KEY_NUM       0x45
#define KEY_UP        0x48
#define KEY_DELETE    0x53
#define KEY_F1        0x3b
#define KEY_F12       0x58
#define KEY_BRACKET   0x1a

static struct keymap keymap;

/* Feeds CODES (ended by 0) and compares all that they send. */
static void assert_sends(const char *expected, size_t expected_size,
                         const uint8_t *codes)
{
    uint8_t bytes[64];
    size_t size = 0;
    for (; *codes != 0; codes++) {
        size += keymap_translate(&keymap, *codes, bytes + size);
    }
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
}

#define ASSERT_SENDS(text, ...)                                                \
    assert_sends(text, sizeof(text) - 1, (const uint8_t[]){__VA_ARGS__, 0})

static int begin(void **state)
{
    (void)state;
    keymap = (struct keymap){.pressed = 0};
    return 0;
}

static void test_characters(void **state)
{
    (void)state;
    ASSERT_SENDS("a", KEY_A, KEY_A | RELEASE);
    ASSERT_SENDS("12z/ ", KEY_1, KEY_2, KEY_Z, KEY_SLASH, KEY_SPACE);
    ASSERT_SENDS("\r\t\x7f", KEY_ENTER, KEY_TAB, KEY_BACKSPACE);
}

static void test_shift_and_caps_lock(void **state)
{
    (void)state;
    ASSERT_SENDS("A!", KEY_SHIFT, KEY_A, KEY_1);
    ASSERT_SENDS("A", KEY_RSHIFT, KEY_SHIFT | RELEASE, KEY_A);
    ASSERT_SENDS("a", KEY_RSHIFT | RELEASE, KEY_A);
    ASSERT_SENDS("A1", KEY_CAPS, KEY_CAPS | RELEASE, KEY_A, KEY_1);
    ASSERT_SENDS("a!", KEY_SHIFT, KEY_A, KEY_1);
    ASSERT_SENDS("a", KEY_SHIFT | RELEASE, KEY_CAPS, KEY_A);
}

static void test_control_and_alt(void **state)
{
    (void)state;
    ASSERT_SENDS("\x03\x1b\0", KEY_CONTROL, KEY_C, KEY_BRACKET, KEY_SPACE);
    ASSERT_SENDS("1", KEY_1);
    ASSERT_SENDS("c", KEY_CONTROL | RELEASE, KEY_C);
    ASSERT_SENDS("\x03", 0xe0, KEY_CONTROL, KEY_C);
    ASSERT_SENDS("c", 0xe0, KEY_CONTROL | RELEASE, KEY_C);
    ASSERT_SENDS("\x1b"
                 "a",
                 KEY_ALT, KEY_A);
}

static void test_keys_that_move(void **state)
{
    (void)state;
    ASSERT_SENDS("\x1b[A\x1b[3~", 0xe0, KEY_UP, 0xe0, KEY_UP | RELEASE, 0xe0,
                 KEY_DELETE);
    /* Arrows come framed by shifts that nobody pressed. */
    ASSERT_SENDS("\x1b[Aa", 0xe0, KEY_SHIFT, 0xe0, KEY_UP, KEY_A);
    ASSERT_SENDS("8.", KEY_UP, KEY_DELETE);
    ASSERT_SENDS("\x1b[A", KEY_NUM, KEY_UP);
    ASSERT_SENDS("/\r", 0xe0, KEY_SLASH, 0xe0, KEY_ENTER);
    ASSERT_SENDS("\x1b[[A\x1b[24~", KEY_F1, KEY_F12);
}

static void test_pause_and_unknown_keys_send_nothing(void **state)
{
    (void)state;
    ASSERT_SENDS("a", 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, KEY_A);
    ASSERT_SENDS("a", 0xe0, 0x5b, 0x7f, 0xff, 0x59, KEY_A);
}

static void test_random_codes_stay_within_the_buffer(void **state)
{
    (void)state;
    uint64_t seed = 0x6b65;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t bytes[KEYMAP_BYTES_MAX];
        size_t size =
            keymap_translate(&keymap, (uint8_t)random_next(&seed), bytes);
        assert_true(size <= sizeof(bytes));
    }
}

/* Left shift, then the gray key, between shifts that the keyboard makes up. */
static void test_shift_and_page_keys_scroll(void **state)
{
    (void)state;
    ASSERT_SENDS("", KEY_SHIFT, 0xe0, 0xaa, 0xe0, 0x49, 0xe0, 0xc9, 0xe0, 0x2a);
    assert_int_equal(keymap.pages_back, 1);
    ASSERT_SENDS("", 0xe0, 0x51, 0xe0, 0xd1, 0xe0, 0x51);
    assert_int_equal(keymap.pages_back, -1);
    ASSERT_SENDS("\033[5~\033[6~", KEY_SHIFT | RELEASE, 0xe0, 0x49, 0xe0, 0x51);
    assert_int_equal(keymap.pages_back, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_shift_and_page_keys_scroll, begin),
        cmocka_unit_test_setup(test_characters, begin),
        cmocka_unit_test_setup(test_shift_and_caps_lock, begin),
        cmocka_unit_test_setup(test_control_and_alt, begin),
        cmocka_unit_test_setup(test_keys_that_move, begin),
        cmocka_unit_test_setup(test_pause_and_unknown_keys_send_nothing, begin),
        cmocka_unit_test_setup(test_random_codes_stay_within_the_buffer, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
