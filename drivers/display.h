/* What a screen of character cells can do: the operations through which the
 * terminal draws. vga_text and framebuffer implement them. */
#pragma once

#include "kernel/lib.h"

/* One character cell, as VGA text stores it: GLYPH is a code of code page 437,
 * COLOURS the foreground in bits 0-3 and the background in bits 4-7, in the
 * order of enum display_colour. */
struct cell {
    uint8_t glyph;
    uint8_t colours;
};

static_assert(sizeof(struct cell) == 2, "VGA text");

enum display_colour {
    DISPLAY_BLACK,
    DISPLAY_BLUE,
    DISPLAY_GREEN,
    DISPLAY_CYAN,
    DISPLAY_RED,
    DISPLAY_MAGENTA,
    DISPLAY_BROWN,
    DISPLAY_GREY,
    DISPLAY_BRIGHT = 8, /* added to one of the above */
};

#define DISPLAY_COLOURS 16

/* Columns and rows count from 0 at the top left. */
struct display {
    void *driver; /* the first argument of the operations */
    unsigned columns;
    unsigned rows;

    void (*draw)(void *driver, unsigned column, unsigned row, struct cell cell);

    /* Shows the cursor on CELL. Whoever moves it away draws the cell under it
     * again. */
    void (*show_cursor)(void *driver, unsigned column, unsigned row,
                        struct cell cell);
    void (*hide_cursor)(void *driver);
};
