/* The PS/2 keyboard, or what firmware makes of a USB one; and the queue of what
 * was typed on it or on others. */
#pragma once

#include "drivers/keymap.h"

#define KEYBOARD_IRQ        1

/* What is typed, or pasted by a machine, before programs read it. */
#define KEYBOARD_QUEUE_SIZE 65536u

struct keyboard {
    bool is_present;
    struct keymap keymap;
    uint8_t queue[KEYBOARD_QUEUE_SIZE]; /* a ring of bytes, not read yet */
    size_t queue_start;
    size_t queue_count;
};

/* Looks for the controller and sets it up. Returns whether there is one. All
 * its waits are bounded. */
bool keyboard_init(struct keyboard *keyboard);

/* Moves what was typed from the controller, which holds a few keys and loses
 * the next, to the queue. Returns how many keys found no room there: whoever
 * typed them is to be told. */
unsigned keyboard_collect(struct keyboard *keyboard) MUST_CHECK;

/* The same for COUNT scan codes of another keyboard. */
unsigned keyboard_type(struct keyboard *keyboard, const uint8_t *scancodes,
                       size_t count) MUST_CHECK;

/* How many pages what is shown is to go back (forth where negative) since the
 * last call, by Shift-PageUp and Shift-PageDown. */
int keyboard_take_pages(struct keyboard *keyboard);

/* Takes up to SIZE bytes out of the queue. Returns how many; never waits. */
size_t keyboard_read(struct keyboard *keyboard, void *bytes, size_t size);
