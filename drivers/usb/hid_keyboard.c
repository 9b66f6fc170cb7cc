/* From reports to scan codes. */
#include "drivers/usb/hid_keyboard.h"

#include "kernel/lib.h"

/* A report: a bit for each modifier, a byte that says nothing, six keys. */
#define MODIFIERS      0
#define KEYS           2
#define MODIFIER_COUNT 8

/* Usages. */
#define ROLL_OVER      0x01 /* in all places: too many keys at once */
#define FIRST_REAL     0x04
#define NUM_LOCK       0x53
#define CAPS_LOCK      0x39

#define PREFIX         0xe0
#define RELEASED       0x80
#define EXTENDED       0x80 /* in the tables: PREFIX stands before it */

/* Set 1 by usage, from FIRST_REAL on; 0 where there is none. */
static const uint8_t codes[] = {
    /* a to z */
    0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26,
    0x32, 0x31, 0x18, 0x19, 0x10, 0x13, 0x1f, 0x14, 0x16, 0x2f, 0x11, 0x2d,
    0x15, 0x2c,
    /* 1 to 0 */
    0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,
    /* enter, escape, backspace, tab, space, - = [ ] \ and its twin */
    0x1c, 0x01, 0x0e, 0x0f, 0x39, 0x0c, 0x0d, 0x1a, 0x1b, 0x2b, 0x2b,
    /* ; ' ` , . / caps lock */
    0x27, 0x28, 0x29, 0x33, 0x34, 0x35, 0x3a,
    /* F1 to F12 */
    0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x57, 0x58,
    /* print, scroll lock, pause, insert, home, page up, delete, end, page down,
     * right, left, down, up */
    0xb7, 0x46, 0x00, 0xd2, 0xc7, 0xc9, 0xd3, 0xcf, 0xd1, 0xcd, 0xcb, 0xd0,
    0xc8,
    /* num lock, keypad: / * - + enter, 1 to 0, dot */
    0x45, 0xb5, 0x37, 0x4a, 0x4e, 0x9c, 0x4f, 0x50, 0x51, 0x4b, 0x4c, 0x4d,
    0x47, 0x48, 0x49, 0x52, 0x53,
    /* the key beside left shift, menu */
    0x56, 0xdd};

/* Left control, shift, alt, GUI, and the same on the right. */
static const uint8_t modifiers[MODIFIER_COUNT] = {0x1d, 0x2a, 0x38, 0xdb,
                                                  0x9d, 0x36, 0xb8, 0xdc};

static size_t put_code(uint8_t *to, uint8_t code, uint8_t released)
{
    size_t count = 0;

    if (code == 0) {
        return 0;
    }
    if ((code & EXTENDED) != 0) {
        to[count++] = PREFIX;
    }
    to[count++] = (uint8_t)((code & ~EXTENDED) | released);
    return count;
}

static uint8_t code_of(uint8_t key)
{
    return key >= FIRST_REAL && key < FIRST_REAL + ARRAY_COUNT(codes)
               ? codes[key - FIRST_REAL]
               : 0;
}

static bool has_key(const uint8_t *report, uint8_t key)
{
    for (unsigned i = KEYS; i < HID_REPORT_SIZE; i++) {
        if (report[i] == key) {
            return true;
        }
    }
    return false;
}

static size_t put_modifiers(uint8_t *to, uint8_t before, uint8_t after)
{
    size_t count = 0;

    for (unsigned i = 0; i < MODIFIER_COUNT; i++) {
        if (((before ^ after) & BIT(i)) != 0) {
            uint8_t released = (after & BIT(i)) == 0 ? RELEASED : 0;
            count += put_code(to + count, modifiers[i], released);
        }
    }
    return count;
}

/* The keys that are in FROM and not in THAN. */
static size_t put_keys(uint8_t *to, const uint8_t *from, const uint8_t *than,
                       uint8_t released)
{
    size_t count = 0;

    for (unsigned i = KEYS; i < HID_REPORT_SIZE; i++) {
        if (!has_key(than, from[i])) {
            count += put_code(to + count, code_of(from[i]), released);
        }
    }
    return count;
}

static bool repeats(uint8_t key)
{
    return code_of(key) != 0 && key != CAPS_LOCK && key != NUM_LOCK;
}

/* The last key that was pressed repeats, until it is let go. */
static void choose_repeating(struct hid_keyboard *keyboard,
                             const uint8_t *report, uint64_t now)
{
    if (!has_key(report, keyboard->repeating)) {
        keyboard->repeating = 0;
    }
    for (unsigned i = KEYS; i < HID_REPORT_SIZE; i++) {
        if (!has_key(keyboard->report, report[i]) && repeats(report[i])) {
            keyboard->repeating = report[i];
            keyboard->repeat_at = now + HID_REPEAT_DELAY;
        }
    }
}

size_t hid_keyboard_report(struct hid_keyboard *keyboard, const uint8_t *report,
                           size_t size, uint64_t now,
                           uint8_t scancodes[HID_SCANCODES_MAX])
{
    uint8_t last[HID_REPORT_SIZE];
    size_t count = 0;

    if (size < HID_REPORT_SIZE || report[KEYS] == ROLL_OVER) {
        return 0;
    }
    memcpy(last, keyboard->report, sizeof(last));
    count += put_keys(scancodes, last, report, RELEASED);
    count +=
        put_modifiers(scancodes + count, last[MODIFIERS], report[MODIFIERS]);
    count += put_keys(scancodes + count, report, last, 0);
    choose_repeating(keyboard, report, now);
    memcpy(keyboard->report, report, sizeof(keyboard->report));
    return count;
}

size_t hid_keyboard_repeat(struct hid_keyboard *keyboard, uint64_t now,
                           uint8_t scancodes[HID_SCANCODES_MAX])
{
    if (keyboard->repeating == 0 || now < keyboard->repeat_at) {
        return 0;
    }
    keyboard->repeat_at = now + HID_REPEAT_INTERVAL;
    return put_code(scancodes, code_of(keyboard->repeating), 0);
}

size_t hid_keyboard_release(struct hid_keyboard *keyboard,
                            uint8_t scancodes[HID_SCANCODES_MAX])
{
    static const uint8_t nothing[HID_REPORT_SIZE];

    return hid_keyboard_report(keyboard, nothing, sizeof(nothing), 0,
                               scancodes);
}
