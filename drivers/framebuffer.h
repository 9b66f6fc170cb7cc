/* A linear framebuffer of 15, 16, 24 or 32 bits a pixel, shown as text with a
 * font of our own. The pixels are written and never read: they are slow. */
#pragma once

#include "drivers/display.h"

/* Where a colour lies in a pixel: BITS bits from bit SHIFT. */
struct framebuffer_channel {
    uint8_t shift;
    uint8_t bits;
};

struct framebuffer_mode {
    volatile void *pixels; /* mapped, pitch * height bytes */
    uint32_t pitch;        /* bytes from one line to the next */
    uint32_t width;        /* in pixels */
    uint32_t height;
    uint8_t bits_per_pixel;
    struct framebuffer_channel red, green, blue;
};

struct framebuffer {
    struct framebuffer_mode mode;
    volatile uint8_t *origin; /* the top left pixel of the text */
    uint32_t left;            /* pixels of margin beside it */
    unsigned columns;
    unsigned rows;
    unsigned scale; /* pixels a side for each dot of the font */
    unsigned bytes_per_pixel;
    uint32_t palette[DISPLAY_COLOURS]; /* colours as pixels */
};

/* Lays out the text on the screen that MODE describes, centred, with the font
 * enlarged until there are no more than CELLS_MAX cells, and clears it. Returns
 * 0, or -EINVAL when it is none that we can draw on. */
int framebuffer_init(struct framebuffer *framebuffer,
                     const struct framebuffer_mode *mode,
                     unsigned cells_max) MUST_CHECK;

/* The display's operations, as long as FRAMEBUFFER lives. */
struct display framebuffer_display(struct framebuffer *framebuffer);

/* A square of dots, SIDE a row, dark where they are not 0. Around them MARGIN
 * light ones are to be shown. */
struct framebuffer_dots {
    const uint8_t *dots;
    unsigned side;
    unsigned margin;
};

/* Shows DOTS in the upper right corner, as large as leaves 80 columns beside
 * them, or where that is too small to be read leaves 40. The text has what is
 * left from then on: the display has fewer columns. Returns 0, or -ENOSPC when
 * there is no room; then nothing has changed. */
int framebuffer_show_dots(struct framebuffer *framebuffer,
                          const struct framebuffer_dots *dots) MUST_CHECK;
