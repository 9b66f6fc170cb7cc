/* VGA text: cells of two bytes in the adapter's memory, cursor by the CRTC. */
#pragma once

#include "drivers/display.h"

#define VGA_TEXT_ADDRESS 0xb8000ull /* physical */
#define VGA_TEXT_COLUMNS 80
#define VGA_TEXT_ROWS    25

struct vga_text {
    volatile struct cell *cells;
    unsigned columns;
    unsigned rows;
};

/* Sets up VGA with COLUMNS x ROWS cells in use, mapped at CELLS: 16 background
 * colours in place of blinking. */
void vga_text_init(struct vga_text *vga, volatile void *cells, unsigned columns,
                   unsigned rows);

/* The display's operations, as long as VGA lives. */
struct display vga_text_display(struct vga_text *vga);
