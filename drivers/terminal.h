/* An ANSI terminal (ECMA-48, and what Linux's console understands of it):
 *
 *   printable characters in UTF-8, BEL BS HT LF VT FF CR
 *   ESC 7, ESC 8        save and restore cursor and colours
 *   ESC D, E, M, c      index, next line, reverse index, reset
 *   CSI A B C D E F G ` d H f    move the cursor
 *   CSI J K             erase in screen and line
 *   CSI L M S T         insert and delete lines, scroll
 *   CSI @ P X           insert, delete and erase characters
 *   CSI s u             save and restore the cursor
 *   CSI m               0 1 7 22 27 30-37 38;5;n 39 40-47 48;5;n 49 90-97
 * 100-107 CSI ? 25 h, l       show and hide the cursor
 *
 * Everything else that has the form of a sequence is swallowed. Pure: it draws
 * through the operations in drivers/display.h.
 */
#pragma once

#include "drivers/screen.h"

#define TERMINAL_PARAMETERS_MAX 8

enum terminal_state {
    TERMINAL_TEXT,
    TERMINAL_ESCAPE,        /* after ESC */
    TERMINAL_ESCAPE_SKIP,   /* one more byte belongs to it */
    TERMINAL_CSI,           /* after ESC [ */
    TERMINAL_STRING,        /* in a title or the like, up to BEL or ESC \ */
    TERMINAL_STRING_ESCAPE, /* in it, after ESC */
};

/* Cursor and colours: what ESC 7 saves. */
struct terminal_pen {
    unsigned column;
    unsigned row;
    bool is_past_end;   /* the last column is written: wrap before the next */
    uint8_t foreground; /* enum display_colour */
    uint8_t background;
    bool is_bold; /* shown as a bright foreground */
    bool is_reversed;
};

struct terminal {
    struct screen screen;
    struct terminal_pen pen;
    struct terminal_pen saved;
    bool is_cursor_hidden;

    enum terminal_state state;
    char private_mark; /* of a CSI sequence: '?' or the like, or 0 */
    unsigned parameters[TERMINAL_PARAMETERS_MAX];
    unsigned parameter_count; /* as many as began, also above the maximum */

    /* A UTF-8 character that is not complete: what is known of it, how many
     * bytes are missing, the least that a character of this length stands for.
     */
    uint32_t code_point;
    unsigned bytes_missing;
    uint32_t code_point_min;
};

/* A terminal of 80 x 25 without a display. */
void terminal_init(struct terminal *terminal);

/* Shows the terminal on DISPLAY, in its size, with the text written so far. */
void terminal_set_display(struct terminal *terminal,
                          const struct display *display);

/* Takes output for the terminal and draws it. */
void terminal_write(struct terminal *terminal, const char *bytes, size_t size);

/* Shows what has scrolled away: a screen's rows but one further back, or less
 * far back. Output goes to the end again. */
void terminal_scroll_back(struct terminal *terminal);
void terminal_scroll_forth(struct terminal *terminal);

/* Checks the invariants. Returns NULL, or the rule that is broken. */
const char *terminal_validate(const struct terminal *terminal);
