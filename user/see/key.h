/* Keys, from the bytes that a terminal sends for them. Pure. */
#pragma once

#include <stdbool.h>

enum key {
    KEY_NONE, /* more bytes belong to it, or nobody needs it */
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_ENTER,
    KEY_BACK,
    KEY_NEXT,  /* Tab: the other part of the screen */
    KEY_PAUSE, /* space */
    KEY_STEP,  /* . */
    KEY_QUIT,
};

/* An escape sequence whose end has not come. */
struct key_reader {
    enum {
        KEY_OUTSIDE,
        KEY_ESCAPE,
        KEY_SEQUENCE
    } state;
    char parameter; /* its first digit, or 0 */
};

/* Takes BYTE. Returns the key that it completes, or KEY_NONE. */
enum key key_take(struct key_reader *reader, char byte);

/* Nothing came for a while: an escape without more is a key of its own. */
enum key key_timeout(struct key_reader *reader);
