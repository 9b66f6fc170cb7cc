/* The editing of one line of input, with echo and a history.
 *
 *   backspace ^U ^W     erase a character, the line, a word
 *   left right home end, ^A ^E ^B ^F     move
 *   delete              erases the character under the cursor
 *   up down, ^P ^N      earlier and later lines
 *
 * Pure: it draws by writing backspaces, text and ANSI sequences.
 */
#pragma once

#include "kernel/lib/types.h"

/* Bytes of the longest line, its newline not counted; as Linux's. More is
 * refused with a bell. */
#define LINE_MAX           4095

#define LINE_HISTORY_LINES 16
#define LINE_HISTORY_BYTES 128 /* longer lines are not remembered */

struct line_history {
    char lines[LINE_HISTORY_LINES][LINE_HISTORY_BYTES];
    unsigned count; /* lines remembered */
    unsigned next;  /* where the next goes: a ring */
};

struct line_editor {
    char text[LINE_MAX];
    size_t length;
    size_t cursor; /* 0 to length */

    /* The escape sequence that is coming in: its state and its number. */
    uint8_t escape;
    uint8_t parameter;

    unsigned recalled; /* lines back in the history, 0 = the new line */
    struct line_history history;
};
