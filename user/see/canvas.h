/* A screen of cells, drawn anew each time, of which only what has changed goes
 * to the terminal. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "user/lib/format.h"
#include "user/look/colour.h"

/* Characters beside ASCII that all consoles have. */
#define LINE_ACROSS 0x2500
#define HALF_BLOCK  0x2584 /* the lower half */
#define FULL_BLOCK  0x2588
#define SHADE       0x2592
#define DOT         0x00b7
#define ARROW       0x2192

struct canvas_cell {
    uint16_t code; /* of Unicode; 0 is nothing that was ever drawn */
    uint8_t colour;
};

struct canvas {
    unsigned columns;
    unsigned rows;
    struct canvas_cell *cells;
    struct canvas_cell *shown; /* what the terminal has */

    /* Where the terminal's cursor is, or past all cells if that is not known,
     * and what it writes with. */
    size_t cursor;
    int pen; /* a colour, or -1 */
};

/* MEMORY is for twice as many cells. The terminal is blank. */
void canvas_init(struct canvas *canvas, unsigned columns, unsigned rows,
                 struct canvas_cell *memory);

/* Makes all cells blank, before they are drawn. */
void canvas_clear(struct canvas *canvas);

/* What lies past the last column or row is left out. */
void canvas_put(struct canvas *canvas, unsigned column, unsigned row,
                uint8_t colour, uint16_t code);
void canvas_fill(struct canvas *canvas, unsigned column, unsigned row,
                 unsigned count, uint8_t colour, uint16_t code);

/* Returns the column behind the text. */
unsigned canvas_print(struct canvas *canvas, unsigned column, unsigned row,
                      uint8_t colour, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* Gives CELL other colours: what is chosen. */
void canvas_mark(struct canvas *canvas, unsigned column, unsigned row,
                 unsigned count, uint8_t colour);

/* Writes the sequences that bring the terminal nearer to what is drawn, as far
 * as SIZE has room, which is CANVAS_STEP at least. Returns how many bytes, 0
 * when nothing is left. */
#define CANVAS_STEP 64
size_t canvas_update(struct canvas *canvas, char *to, size_t size);
