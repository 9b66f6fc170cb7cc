/* Text that is made when it is read: a window on a file that exists nowhere.
 *
 *      |<---- made ---->|
 *      0      start     position          the text, made from its beginning
 *             |<- used ->|    room |      the window: what a reader asked for
 *
 * Whoever makes the text prints all of it, and the window keeps what falls into
 * it. A long text is made of items, each with a key that grows: window_item
 * notes where the last item in the window began, so that the next read can
 * begin there instead of at 0.
 */
#pragma once

#include "kernel/file/file.h"

struct window {
    char *text;
    size_t room;
    size_t used;
    uint64_t start;
    uint64_t position;
    struct window_mark mark;
};

/* A window of ROOM bytes at START of the text; *MARK is where an earlier one
 * came to, or zero. */
void window_init(struct window *window, char *text, size_t room, uint64_t start,
                 const struct window_mark *mark);

void window_print(struct window *window, const char *format, ...)
    PRINTF_LIKE(2, 3);
void window_write(struct window *window, const void *bytes, size_t size);

/* No more text is needed. */
bool window_is_full(const struct window *window);

/* The key of the item to begin with, 0 for the first; and what to say before
 * each item's text. */
uint64_t window_first_key(const struct window *window);
void window_item(struct window *window, uint64_t key);
