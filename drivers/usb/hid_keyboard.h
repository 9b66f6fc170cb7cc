/* The reports of a HID boot keyboard, as the scan codes (set 1) that a PS/2
 * keyboard sends for the same keys. (HID 1.11, appendix B.1, and HID Usage
 * Tables 1.12, 10.) Pure. */
#pragma once

#include "kernel/lib.h"

#define HID_REPORT_SIZE     8u

/* The most bytes for one report: eight modifiers, and six keys let go and six
 * pressed, each of up to two bytes. */
#define HID_SCANCODES_MAX   40u

/* How long a key is held until it repeats, and how often, as Linux has it. */
#define HID_REPEAT_DELAY    250000000ull /* nanoseconds */
#define HID_REPEAT_INTERVAL 33000000ull

/* LEDs (HID 1.11, B.1). */
#define HID_LED_NUM_LOCK    (1u << 0)
#define HID_LED_CAPS_LOCK   (1u << 1)

/* Zeroed: no key is pressed. */
struct hid_keyboard {
    uint8_t report[HID_REPORT_SIZE]; /* the last one */
    uint8_t repeating;               /* the key that was pressed last, or 0 */
    uint64_t repeat_at;              /* nanoseconds */
};

/* Takes a report of SIZE bytes that came at NOW. Returns how many SCANCODES
 * tell what has changed since the last one. */
size_t hid_keyboard_report(struct hid_keyboard *keyboard, const uint8_t *report,
                           size_t size, uint64_t now,
                           uint8_t scancodes[HID_SCANCODES_MAX]);

/* The scan codes of a key that repeats at NOW, as often as the time says, but
 * no more than once. */
size_t hid_keyboard_repeat(struct hid_keyboard *keyboard, uint64_t now,
                           uint8_t scancodes[HID_SCANCODES_MAX]);

/* Lets all keys go: the keyboard is gone. */
size_t hid_keyboard_release(struct hid_keyboard *keyboard,
                            uint8_t scancodes[HID_SCANCODES_MAX]);
