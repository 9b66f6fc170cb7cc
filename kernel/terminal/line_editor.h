/* The editing of one line of input, with echo and a history.
 *
 *   left right home end, ^B ^F ^A ^E     move
 *   delete, ^K                           erase the character, the rest
 *   up down, ^P ^N                       earlier and later lines
 *
 * Erasing backwards is for the caller to ask for: which keys do it is a
 * setting of the terminal. Pure: it draws by text and backspaces, for a line
 * that fits in one row of the screen. Characters are UTF-8.
 */
#pragma once

#include "kernel/lib.h"

/* Bytes of the longest line, its newline not counted; as Linux's. More is
 * refused with a bell. */
#define LINE_EDITOR_MAX    4095

#define LINE_HISTORY_LINES 16
#define LINE_HISTORY_BYTES 128 /* longer lines are not remembered */

/* A ring of lines, each ended by a zero byte. */
struct line_history {
    char lines[LINE_HISTORY_LINES][LINE_HISTORY_BYTES];
    unsigned count;
    unsigned next; /* where the next line goes */
};

enum line_escape {
    LINE_ESCAPE_NONE,
    LINE_ESCAPE_STARTED,  /* after ESC */
    LINE_ESCAPE_SEQUENCE, /* after ESC [ or ESC O */
    LINE_ESCAPE_FUNCTION, /* after ESC [ [ */
};

struct line_editor {
    void (*echo)(const char *bytes, size_t size); /* NULL: nothing is shown */
    char text[LINE_EDITOR_MAX];
    size_t length;
    size_t cursor; /* 0 to length */

    enum line_escape escape; /* the sequence that is coming in */
    unsigned parameter;      /* its first number */
    bool has_parameter;      /* that number is whole */

    unsigned recalled; /* lines back in the history, 0: the line is new */
    struct line_history history;
};

/* Takes a byte that is not the end of the line: a character to insert, or a
 * part of a key that moves or erases. */
void line_editor_input(struct line_editor *editor, uint8_t byte);

/* Erase before the cursor: a character, or a word with the blanks behind it.
 * The third erases the whole line. */
void line_editor_erase_character(struct line_editor *editor);
void line_editor_erase_word(struct line_editor *editor);
void line_editor_erase_line(struct line_editor *editor);

/* Shows the line to its end, so that output can follow it. */
void line_editor_show_end(struct line_editor *editor);

/* Remembers the line, when it is shown and not the same as the last. */
void line_editor_remember(struct line_editor *editor);

/* Begins a new line. */
void line_editor_clear(struct line_editor *editor);

/* Checks the invariants. Returns NULL, or the rule that is broken. */
const char *line_editor_validate(const struct line_editor *editor);
