/* Keys to bytes: scan code set 1 of a US keyboard, to the bytes that Linux's
 * console sends. Pure. */
#pragma once

#include "kernel/lib.h"

/* The most bytes that one key gives. */
#define KEYMAP_BYTES_MAX 8

/* The state of the modifiers. Zeroed: nothing is pressed, caps lock is off. */
struct keymap {
    uint8_t pressed; /* modifiers that are held */
    uint8_t prefix;  /* 0xe0 after that byte, else 0 */
    uint8_t skip;    /* bytes that belong to the Pause key */
    bool is_caps_on;
    int pages_back; /* Shift-PageUp less Shift-PageDown, until somebody acts */
    bool is_keypad_moving; /* num lock is off */
};

/* Takes one SCANCODE byte. Returns how many bytes of input it stands for (0 to
 * KEYMAP_BYTES_MAX), which are then in BYTES. */
size_t keymap_translate(struct keymap *keymap, uint8_t scancode,
                        uint8_t bytes[KEYMAP_BYTES_MAX]);
