/* Text on a linear framebuffer. */
#include "drivers/framebuffer.h"

#include "drivers/font.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* The 16 colours as red, green, blue of 8 bits, in the display's order. */
static const uint32_t colours[DISPLAY_COLOURS] = {
    0x101418, 0x3b6fd4, 0x3fa34d, 0x2fa3a8, 0xcc4b4b, 0xa65fc4,
    0xc08a2e, 0xc8ccd0, 0x6b7280, 0x6ea0ff, 0x7ad67f, 0x66d9e0,
    0xff7b72, 0xd68fff, 0xf2cc60, 0xffffff,
};

/* How many columns dots may leave to the text, the wider rule first, and with
 * how many pixels a side at least. A telephone reads dots of 2 pixels. */
static const struct {
    unsigned columns;
    unsigned dot_min;
} dot_rules[] = {{80, 3}, {40, 2}};

/* Rows of the font that the cursor covers. */
#define CURSOR_FIRST_ROW 13
#define CURSOR_LAST_ROW  14

static uint32_t channel_pixel(struct framebuffer_channel channel,
                              uint32_t value)
{
    return (value & 0xff) >> (8 - channel.bits) << channel.shift;
}

static void set_palette(struct framebuffer *framebuffer,
                        const struct framebuffer_mode *mode)
{
    for (unsigned i = 0; i < DISPLAY_COLOURS; i++) {
        framebuffer->palette[i] = channel_pixel(mode->red, colours[i] >> 16) |
                                  channel_pixel(mode->green, colours[i] >> 8) |
                                  channel_pixel(mode->blue, colours[i]);
    }
}

static bool is_channel_usable(struct framebuffer_channel channel,
                              unsigned bits_per_pixel)
{
    return channel.bits <= 8 && channel.shift + channel.bits <= bits_per_pixel;
}

static bool is_usable(const struct framebuffer_mode *mode)
{
    unsigned bits = mode->bits_per_pixel;
    if (bits != 15 && bits != 16 && bits != 24 && bits != 32) {
        return false;
    }
    return mode->pixels != NULL && mode->width >= FONT_WIDTH &&
           mode->height >= FONT_HEIGHT &&
           mode->pitch / ((bits + 7) / 8) >= mode->width &&
           is_channel_usable(mode->red, bits) &&
           is_channel_usable(mode->green, bits) &&
           is_channel_usable(mode->blue, bits);
}

static void set_scale(struct framebuffer *framebuffer,
                      const struct framebuffer_mode *mode, unsigned scale)
{
    framebuffer->scale = scale;
    framebuffer->columns = mode->width / (FONT_WIDTH * scale);
    framebuffer->rows = mode->height / (FONT_HEIGHT * scale);
}

/* Enlarges until there are not too many cells. Returns whether any are left. */
static bool choose_scale(struct framebuffer *framebuffer,
                         const struct framebuffer_mode *mode,
                         unsigned cells_max)
{
    unsigned scale = 1;
    set_scale(framebuffer, mode, scale);
    while ((uint64_t)framebuffer->columns * framebuffer->rows > cells_max) {
        set_scale(framebuffer, mode, ++scale);
    }
    return framebuffer->columns != 0 && framebuffer->rows != 0;
}

static volatile uint8_t *put_pixel(volatile uint8_t *to, unsigned size,
                                   uint32_t pixel)
{
    switch (size) {
    case 2:
        *(volatile uint16_t *)to = (uint16_t)pixel;
        break;
    case 3:
        to[0] = (uint8_t)pixel;
        to[1] = (uint8_t)(pixel >> 8);
        to[2] = (uint8_t)(pixel >> 16);
        break;
    default:
        *(volatile uint32_t *)to = pixel;
        break;
    }
    return to + size;
}

static volatile uint8_t *pixel_at(const struct framebuffer *framebuffer,
                                  size_t x, size_t y)
{
    return (volatile uint8_t *)framebuffer->mode.pixels +
           y * framebuffer->mode.pitch + x * framebuffer->bytes_per_pixel;
}

/* WIDTH x HEIGHT pixels from (X, Y) on get COLOUR. */
static void fill(const struct framebuffer *framebuffer, uint32_t x, uint32_t y,
                 uint32_t width, uint32_t height, enum display_colour colour)
{
    for (uint32_t row = y; row < y + height; row++) {
        volatile uint8_t *to = pixel_at(framebuffer, x, row);
        for (uint32_t i = 0; i < width; i++) {
            to = put_pixel(to, framebuffer->bytes_per_pixel,
                           framebuffer->palette[colour]);
        }
    }
}

/* Where the text begins, so that the margins around it are equal. */
static void set_origin(struct framebuffer *framebuffer)
{
    unsigned scale = framebuffer->scale;
    uint32_t width = framebuffer->columns * FONT_WIDTH * scale;
    uint32_t height = framebuffer->rows * FONT_HEIGHT * scale;
    framebuffer->left = (framebuffer->mode.width - width) / 2;
    framebuffer->origin = pixel_at(framebuffer, framebuffer->left,
                                   (framebuffer->mode.height - height) / 2);
}

int framebuffer_init(struct framebuffer *framebuffer,
                     const struct framebuffer_mode *mode, unsigned cells_max)
{
    if (!is_usable(mode) || !choose_scale(framebuffer, mode, cells_max)) {
        return -EINVAL;
    }
    framebuffer->mode = *mode;
    framebuffer->bytes_per_pixel = (mode->bits_per_pixel + 7u) / 8;
    set_origin(framebuffer);
    set_palette(framebuffer, mode);
    font_init();
    fill(framebuffer, 0, 0, mode->width, mode->height, DISPLAY_BLACK);
    return 0;
}

/* One line of pixels of a cell: DOTS with the leftmost in bit 7. */
static void draw_line(const struct framebuffer *framebuffer,
                      volatile uint8_t *to, uint8_t dots, struct cell cell)
{
    uint32_t ink = framebuffer->palette[cell.colours & 0xf];
    uint32_t paper = framebuffer->palette[cell.colours >> 4];
    for (unsigned dot = 0; dot < FONT_WIDTH; dot++) {
        uint32_t pixel = (dots & (0x80u >> dot)) != 0 ? ink : paper;
        for (unsigned i = 0; i < framebuffer->scale; i++) {
            to = put_pixel(to, framebuffer->bytes_per_pixel, pixel);
        }
    }
}

/* Draws CELL with the dots in COVER[row] set besides the glyph's. */
static void draw_cell(const struct framebuffer *framebuffer, unsigned column,
                      unsigned row, struct cell cell,
                      const uint8_t cover[FONT_HEIGHT])
{
    const uint8_t *glyph = font_glyph(cell.glyph);
    unsigned scale = framebuffer->scale;
    volatile uint8_t *to =
        framebuffer->origin +
        (size_t)row * FONT_HEIGHT * scale * framebuffer->mode.pitch +
        (size_t)column * FONT_WIDTH * scale * framebuffer->bytes_per_pixel;
    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        uint8_t dots = glyph[y / scale] | cover[y / scale];
        draw_line(framebuffer, to, dots, cell);
        to += framebuffer->mode.pitch;
    }
}

static void framebuffer_draw(void *driver, unsigned column, unsigned row,
                             struct cell cell)
{
    static const uint8_t nothing[FONT_HEIGHT];
    draw_cell(driver, column, row, cell, nothing);
}

static void framebuffer_show_cursor(void *driver, unsigned column, unsigned row,
                                    struct cell cell)
{
    static const uint8_t bar[FONT_HEIGHT] = {
        [CURSOR_FIRST_ROW... CURSOR_LAST_ROW] = 0xff,
    };
    draw_cell(driver, column, row, cell, bar);
}

/* The cell under the cursor was drawn again. */
static void framebuffer_hide_cursor(void *driver)
{
    (void)driver;
}

struct display framebuffer_display(struct framebuffer *framebuffer)
{
    return (struct display){
        .driver = framebuffer,
        .columns = framebuffer->columns,
        .rows = framebuffer->rows,
        .draw = framebuffer_draw,
        .show_cursor = framebuffer_show_cursor,
        .hide_cursor = framebuffer_hide_cursor,
    };
}

/* The columns of text to the left of DOTS that are DOT pixels a side. */
static unsigned columns_beside(const struct framebuffer *framebuffer,
                               uint32_t side)
{
    uint32_t taken = framebuffer->left + side;
    if (taken > framebuffer->mode.width || side > framebuffer->mode.height) {
        return 0;
    }
    return (framebuffer->mode.width - taken) /
           (FONT_WIDTH * framebuffer->scale);
}

/* The pixels a side of a dot when there are SIDE dots a side, or 0. */
static unsigned choose_dot(const struct framebuffer *framebuffer, unsigned side)
{
    for (size_t i = 0; i < ARRAY_COUNT(dot_rules); i++) {
        unsigned dot = framebuffer->mode.height / side;
        while (dot >= dot_rules[i].dot_min &&
               columns_beside(framebuffer, dot * side) < dot_rules[i].columns) {
            dot--;
        }
        if (dot >= dot_rules[i].dot_min) {
            return dot;
        }
    }
    return 0;
}

int framebuffer_show_dots(struct framebuffer *framebuffer,
                          const struct framebuffer_dots *dots)
{
    unsigned side = dots->side + 2 * dots->margin;
    unsigned dot = choose_dot(framebuffer, side);
    if (dot == 0) {
        return -ENOSPC;
    }
    framebuffer->columns =
        MIN(framebuffer->columns, columns_beside(framebuffer, dot * side));

    uint32_t left = framebuffer->mode.width - dot * side;
    fill(framebuffer, left, 0, dot * side, dot * side,
         DISPLAY_GREY + DISPLAY_BRIGHT);
    for (unsigned i = 0; i < dots->side * dots->side; i++) {
        if (dots->dots[i] != 0) {
            fill(framebuffer, left + dot * (dots->margin + i % dots->side),
                 dot * (dots->margin + i / dots->side), dot, dot,
                 DISPLAY_BLACK);
        }
    }
    return 0;
}
