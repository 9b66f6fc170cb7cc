/* drivers/framebuffer.c and font.c: pixels of all depths, screens of all
 * shapes, and a font in which each character can be told from the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/font.h"
#include "drivers/framebuffer.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "test/host/random.h"

#define CELLS_MAX 18000u
#define ROUNDS    300
#define UNTOUCHED 0xa7
#define WHITE     0x0f /* bright grey on black */

static struct framebuffer framebuffer;
static uint8_t *pixels;

static const struct framebuffer_mode mode_32 = {
    .pitch = 800 * 4,
    .width = 800,
    .height = 600,
    .bits_per_pixel = 32,
    .red = {16, 8},
    .green = {8, 8},
    .blue = {0, 8},
};

/* Memory for MODE, of just its size, so that ASan sees the edges. */
static int begin(struct framebuffer_mode *mode)
{
    size_t size = (size_t)mode->pitch * mode->height;
    free(pixels);
    pixels = malloc(size);
    memset(pixels, UNTOUCHED, size);
    mode->pixels = pixels;
    return framebuffer_init(&framebuffer, mode, CELLS_MAX);
}

static uint32_t pixel_at(const struct framebuffer_mode *mode, unsigned x,
                         unsigned y)
{
    uint32_t pixel = 0;
    size_t size = (mode->bits_per_pixel + 7u) / 8;
    memcpy(&pixel, pixels + (size_t)y * mode->pitch + x * size, size);
    return pixel;
}

static void draw(unsigned column, unsigned row, uint8_t glyph, uint8_t colours)
{
    struct display display = framebuffer_display(&framebuffer);
    display.draw(display.driver, column, row, (struct cell){glyph, colours});
}

static void test_depths(void **state)
{
    (void)state;
    static const struct {
        uint8_t bits;
        struct framebuffer_channel red, green, blue;
        uint32_t white;
    } depths[] = {
        {15, {10, 5}, {5, 5}, {0, 5}, 0x7fff},
        {16, {11, 5}, {5, 6}, {0, 5}, 0xffff},
        {24, {16, 8}, {8, 8}, {0, 8}, 0xffffff},
        {32, {16, 8}, {8, 8}, {0, 8}, 0xffffff},
        {32, {0, 8}, {8, 8}, {16, 8}, 0xffffff},
        {32, {24, 8}, {16, 8}, {8, 8}, 0xffffff00},
    };
    for (size_t i = 0; i < ARRAY_COUNT(depths); i++) {
        struct framebuffer_mode mode = {
            .width = 640,
            .height = 480,
            .pitch = 640 * ((depths[i].bits + 7u) / 8) + 16,
            .bits_per_pixel = depths[i].bits,
            .red = depths[i].red,
            .green = depths[i].green,
            .blue = depths[i].blue,
        };
        assert_int_equal(begin(&mode), 0);
        draw(0, 0, 0xdb, WHITE);
        assert_int_equal(pixel_at(&mode, 0, 0), depths[i].white);
        assert_int_equal(pixel_at(&mode, 7, 15), depths[i].white);
        assert_int_not_equal(pixel_at(&mode, 8, 0), depths[i].white);
        assert_int_not_equal(pixel_at(&mode, 0, 16), depths[i].white);
        /* What lies between two lines is not ours. */
        assert_int_equal(pixels[mode.pitch - 1], UNTOUCHED);
    }
}

static void test_a_glyph_is_drawn_as_the_font_has_it(void **state)
{
    (void)state;
    struct framebuffer_mode mode = mode_32;
    assert_int_equal(begin(&mode), 0);
    /* 600 is no multiple of 16: 4 lines stay free above and below. */
    assert_int_equal(framebuffer.columns, 100);
    assert_int_equal(framebuffer.rows, 37);
    draw(3, 2, 'g', WHITE);
    for (unsigned y = 0; y < FONT_HEIGHT; y++) {
        for (unsigned x = 0; x < FONT_WIDTH; x++) {
            bool is_ink = (font_glyph('g')[y] & (0x80 >> x)) != 0;
            uint32_t pixel = pixel_at(&mode, 24 + x, 4 + 32 + y);
            assert_int_equal(pixel == 0xffffff, is_ink);
        }
    }
}

static void test_the_cursor_is_drawn_into_its_cell(void **state)
{
    (void)state;
    struct framebuffer_mode mode = mode_32;
    assert_int_equal(begin(&mode), 0);
    struct display display = framebuffer_display(&framebuffer);
    display.show_cursor(display.driver, 1, 0, (struct cell){' ', WHITE});
    assert_int_equal(pixel_at(&mode, 8, 4 + 14), 0xffffff);
    assert_int_not_equal(pixel_at(&mode, 7, 4 + 14), 0xffffff);
    assert_int_not_equal(pixel_at(&mode, 8, 4 + 15), 0xffffff);
    draw(1, 0, ' ', WHITE);
    assert_int_not_equal(pixel_at(&mode, 8, 4 + 14), 0xffffff);
}

static void test_large_screens_get_larger_characters(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        unsigned scale, columns, rows;
    } screens[] = {
        {640, 480, 1, 80, 30},    {1024, 768, 1, 128, 48},
        {1920, 1200, 1, 240, 75}, {1080, 1920, 1, 135, 120},
        {3840, 2160, 2, 240, 67}, {8, 16, 1, 1, 1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(screens); i++) {
        struct framebuffer_mode mode = mode_32;
        mode.width = screens[i].width;
        mode.height = screens[i].height;
        mode.pitch = mode.width * 4;
        assert_int_equal(begin(&mode), 0);
        assert_int_equal(framebuffer.scale, screens[i].scale);
        assert_int_equal(framebuffer.columns, screens[i].columns);
        assert_int_equal(framebuffer.rows, screens[i].rows);
        draw(screens[i].columns - 1, screens[i].rows - 1, 'W', WHITE);
    }
}

static void test_modes_that_can_not_be_drawn_on(void **state)
{
    (void)state;
    struct framebuffer_mode wrong[10];
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        wrong[i] = mode_32;
        wrong[i].pixels = &wrong;
    }
    wrong[0].pixels = NULL;
    wrong[1].bits_per_pixel = 8;
    wrong[2].bits_per_pixel = 0;
    wrong[3].width = 7;
    wrong[4].height = 15;
    wrong[5].pitch = 800 * 4 - 1;
    wrong[6].red.bits = 10;
    wrong[7].green.shift = 25;
    wrong[8].blue.shift = 255;
    wrong[9].width = UINT32_MAX;
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        assert_int_equal(framebuffer_init(&framebuffer, &wrong[i], CELLS_MAX),
                         -EINVAL);
    }
}

#define DOTS_SIDE 49u
#define MARGIN    4u

/* Shows a square whose corners alone are dark. Returns as
 * framebuffer_show_dots. */
static int show_corners(void)
{
    static uint8_t dots[DOTS_SIDE * DOTS_SIDE];
    const struct framebuffer_dots square = {dots, DOTS_SIDE, MARGIN};
    dots[0] = dots[DOTS_SIDE - 1] = dots[ARRAY_COUNT(dots) - 1] = 1;
    dots[ARRAY_COUNT(dots) - DOTS_SIDE] = 1;
    return framebuffer_show_dots(&framebuffer, &square);
}

static void test_dots_leave_room_for_text(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        unsigned dot, columns; /* 0: there is no room */
    } screens[] = {
        {640, 480, 5, 44},     {1024, 768, 6, 85}, {1920, 1080, 18, 111},
        {3840, 2160, 37, 108}, {480, 640, 2, 45},  {320, 200, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(screens); i++) {
        struct framebuffer_mode mode = mode_32;
        unsigned dot = screens[i].dot;
        mode.width = screens[i].width;
        mode.height = screens[i].height;
        mode.pitch = mode.width * 4;
        assert_int_equal(begin(&mode), 0);
        unsigned columns = framebuffer.columns;
        assert_int_equal(show_corners(), dot == 0 ? -ENOSPC : 0);
        assert_int_equal(framebuffer.columns,
                         dot == 0 ? columns : screens[i].columns);
        if (dot != 0) {
            unsigned left = mode.width - dot * (DOTS_SIDE + 2 * MARGIN);
            unsigned first = dot * MARGIN;
            assert_int_equal(pixel_at(&mode, left, 0), 0xffffff);
            assert_int_equal(pixel_at(&mode, left + first, first), 0x101418);
            assert_int_equal(pixel_at(&mode, left + first + dot, first),
                             0xffffff);
            draw(framebuffer.columns - 1, 0, 0xdb, 0x02);
            assert_int_equal(pixel_at(&mode, left, 0), 0xffffff);
        }
    }
}

static void test_random_modes_stay_within_the_pixels(void **state)
{
    (void)state;
    uint64_t seed = 0xfb;
    static const uint8_t depths[] = {15, 16, 24, 32};
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct framebuffer_mode mode = mode_32;
        mode.bits_per_pixel = depths[random_below(&seed, 4)];
        mode.red = (struct framebuffer_channel){10, 5};
        mode.green = (struct framebuffer_channel){5, 5};
        mode.blue = (struct framebuffer_channel){0, 5};
        mode.width = 8 + (uint32_t)random_below(&seed, 700);
        mode.height = 16 + (uint32_t)random_below(&seed, 500);
        mode.pitch = (mode.width + (uint32_t)random_below(&seed, 9)) * 4;
        assert_int_equal(begin(&mode), 0);
        draw(framebuffer.columns - 1, framebuffer.rows - 1, 0xdb, WHITE);
        draw(0, framebuffer.rows - 1, 'x', WHITE);
        draw(framebuffer.columns - 1, 0, 'x', WHITE);
        int error = show_corners();
        assert_true(error == 0 || error == -ENOSPC);
        draw(framebuffer.columns - 1, framebuffer.rows - 1, 'x', WHITE);
    }
}

static unsigned glyph_dots(unsigned code)
{
    unsigned count = 0;
    for (unsigned row = 0; row < FONT_HEIGHT; row++) {
        count += (unsigned)__builtin_popcount(font_glyph((uint8_t)code)[row]);
    }
    return count;
}

static void test_ascii_glyphs_differ(void **state)
{
    (void)state;
    font_init();
    for (unsigned a = '!'; a <= '~'; a++) {
        assert_true(glyph_dots(a) > 0);
        for (unsigned b = a + 1; b <= '~'; b++) {
            assert_memory_not_equal(font_glyph((uint8_t)a),
                                    font_glyph((uint8_t)b), FONT_HEIGHT);
        }
    }
    assert_int_equal(glyph_dots(' '), 0);
    assert_memory_equal(font_glyph(0x9b), font_glyph('?'), FONT_HEIGHT);
}

/* Where a line leaves its cell: bits up, right, down, left, each the number of
 * dots at that edge. */
static void assert_edges(uint8_t code, int up, int right, int down, int left)
{
    const uint8_t *glyph = font_glyph(code);
    int at_left = 0;
    int at_right = 0;
    for (unsigned row = 0; row < FONT_HEIGHT; row++) {
        at_left += glyph[row] >> 7;
        at_right += glyph[row] & 1;
    }
    assert_int_equal(__builtin_popcount(glyph[0]), up);
    assert_int_equal(__builtin_popcount(glyph[FONT_HEIGHT - 1]), down);
    assert_int_equal(at_left, left);
    assert_int_equal(at_right, right);
}

static void test_lines_and_blocks_meet_their_neighbours(void **state)
{
    (void)state;
    font_init();
    assert_edges(0xc4, 0, 1, 0, 1); /* single */
    assert_edges(0xb3, 1, 0, 1, 0);
    assert_edges(0xc5, 1, 1, 1, 1);
    assert_edges(0xda, 0, 1, 1, 0);
    assert_edges(0xcd, 0, 2, 0, 2); /* double */
    assert_edges(0xce, 2, 2, 2, 2);
    assert_edges(0xbc, 2, 0, 0, 2);
    assert_edges(0xd8, 1, 2, 1, 2); /* mixed */
    assert_edges(0xb6, 2, 0, 2, 1);
    assert_int_equal(glyph_dots(0xdb), 128);
    assert_int_equal(glyph_dots(0xdc) + glyph_dots(0xdf), 128);
    assert_int_equal(glyph_dots(0xdd) + glyph_dots(0xde), 128);
    assert_int_equal(glyph_dots(0xb0), 32);
    assert_int_equal(glyph_dots(0xb1), 64);
    assert_int_equal(glyph_dots(0xb2), 96);
}

/* A double line down, a single one to the right: the corner is where the lines
 * meet, and nothing of it above or to the left. */
static void test_a_mixed_corner_has_no_bumps(void **state)
{
    (void)state;
    font_init();
    const uint8_t *glyph = font_glyph(0xd6);
    unsigned row = 0;
    while (glyph[row] == 0) {
        row++;
    }
    assert_int_equal(glyph[row] & 0x1f, 0x1f);
    for (row++; row < FONT_HEIGHT; row++) {
        assert_int_equal(__builtin_popcount(glyph[row]), 2);
    }
}

static int free_pixels(void **state)
{
    (void)state;
    free(pixels);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depths),
        cmocka_unit_test(test_a_glyph_is_drawn_as_the_font_has_it),
        cmocka_unit_test(test_the_cursor_is_drawn_into_its_cell),
        cmocka_unit_test(test_large_screens_get_larger_characters),
        cmocka_unit_test(test_modes_that_can_not_be_drawn_on),
        cmocka_unit_test(test_dots_leave_room_for_text),
        cmocka_unit_test(test_random_modes_stay_within_the_pixels),
        cmocka_unit_test(test_ascii_glyphs_differ),
        cmocka_unit_test(test_lines_and_blocks_meet_their_neighbours),
        cmocka_unit_test(test_a_mixed_corner_has_no_bumps),
    };
    return cmocka_run_group_tests(tests, NULL, free_pixels);
}
