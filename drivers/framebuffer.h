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
    volatile uint8_t *origin; /* the top left pixel of the text */
    uint32_t pitch;
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
