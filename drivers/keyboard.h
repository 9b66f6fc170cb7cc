/* The PS/2 keyboard, or what firmware makes of a USB one. */
#pragma once

#include "drivers/keymap.h"

#define KEYBOARD_IRQ 1

struct keyboard {
    bool is_present;
    struct keymap keymap;
    uint8_t pending[KEYMAP_BYTES_MAX]; /* bytes of a key, not read yet */
    uint8_t pending_start;
    uint8_t pending_end;
};

/* Looks for the controller and sets it up. Returns whether there is one. All
 * its waits are bounded. */
bool keyboard_init(struct keyboard *keyboard);

/* Takes up to SIZE bytes that were typed. Returns how many; never waits. */
size_t keyboard_read(struct keyboard *keyboard, void *bytes, size_t size);
