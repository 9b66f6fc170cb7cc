/* The font: drawings to bits; lines, blocks and accents by rule. */
#include "drivers/font.h"

#include "drivers/font_priv.h"
#include "kernel/lib.h"

#define ASCII_FIRST   0x20

/* Rows of a glyph above the first row of a drawing. */
#define ART_TOP       2

/* Rows of a drawing, at its top, that only accents and ascenders reach. */
#define ACCENT_ROWS   3

/* Where lines cross. */
#define CENTRE_ROW    7
#define CENTRE_COLUMN 4

/* The directions of a line's arms. */
enum arm {
    ARM_UP,
    ARM_RIGHT,
    ARM_DOWN,
    ARM_LEFT,
    ARMS,
};

/* The four arms of lines, as the digits in `lines` have them: 0 none, 1 a
 * single line, 2 a double one. */
#define LINES_FIRST 0xb3
static const char lines[][ARMS + 1] = {
    "1010", "1011", "1012", "2021", "0021", "0012", "2022", "2020",
    "0022", "2002", "2001", "1002", "0011", "1100", "1101", "0111",
    "1110", "0101", "1111", "1210", "2120", "2200", "0220", "2202",
    "0222", "2220", "0202", "2222", "1202", "2101", "0212", "0121",
    "2100", "1200", "0210", "0120", "2121", "1212", "1001", "0110",
};

/* Dots [left, right) of rows [top, bottom). */
struct block {
    uint8_t code;
    uint8_t left, right, top, bottom;
};

static const struct block blocks[] = {
    {0xdb, 0, 8, 0, 16}, /* full */
    {0xdc, 0, 8, 8, 16}, /* lower half */
    {0xdd, 0, 4, 0, 16}, /* left half */
    {0xde, 4, 8, 0, 16}, /* right half */
    {0xdf, 0, 8, 0, 8},  /* upper half */
    {0xfe, 1, 7, 5, 11}, /* square */
};

/* Rows in turn of the three shades. */
#define SHADES_FIRST 0xb0
static const uint8_t shades[][2] = {{0x88, 0x22}, {0xaa, 0x55}, {0x77, 0xdd}};

static const struct {
    uint8_t code;
    char base;
    uint8_t accent;
} accented[] = {
    {0x80, 'C', FONT_CEDILLA},    {0x81, 'u', FONT_DIAERESIS},
    {0x82, 'e', FONT_ACUTE},      {0x83, 'a', FONT_CIRCUMFLEX},
    {0x84, 'a', FONT_DIAERESIS},  {0x85, 'a', FONT_GRAVE},
    {0x86, 'a', FONT_RING},       {0x87, 'c', FONT_CEDILLA},
    {0x88, 'e', FONT_CIRCUMFLEX}, {0x89, 'e', FONT_DIAERESIS},
    {0x8a, 'e', FONT_GRAVE},      {0x8b, 'i', FONT_DIAERESIS},
    {0x8c, 'i', FONT_CIRCUMFLEX}, {0x8d, 'i', FONT_GRAVE},
    {0x8e, 'A', FONT_DIAERESIS},  {0x8f, 'A', FONT_RING},
    {0x90, 'E', FONT_ACUTE},      {0x93, 'o', FONT_CIRCUMFLEX},
    {0x94, 'o', FONT_DIAERESIS},  {0x95, 'o', FONT_GRAVE},
    {0x96, 'u', FONT_CIRCUMFLEX}, {0x97, 'u', FONT_GRAVE},
    {0x98, 'y', FONT_DIAERESIS},  {0x99, 'O', FONT_DIAERESIS},
    {0x9a, 'U', FONT_DIAERESIS},  {0xa0, 'a', FONT_ACUTE},
    {0xa1, 'i', FONT_ACUTE},      {0xa2, 'o', FONT_ACUTE},
    {0xa3, 'u', FONT_ACUTE},      {0xa4, 'n', FONT_TILDE},
    {0xa5, 'N', FONT_TILDE},
};

/* Built by font_init, not changed after. */
static uint8_t font[256][FONT_HEIGHT];

/* Row ROW of drawing INDEX. */
static uint8_t art_row(unsigned index, unsigned row)
{
    const char *text = font_art[index / FONT_ART_ABREAST][row] +
                       index % FONT_ART_ABREAST * (FONT_ART_WIDTH + 1);
    unsigned bits = 0;
    for (unsigned column = 0; column < FONT_ART_WIDTH; column++) {
        bits = bits << 1 | (text[column] == '#');
    }
    return (uint8_t)bits;
}

/* Adds drawing INDEX to the glyph of CODE, its first row at TOP. */
static void draw(uint8_t code, unsigned index, unsigned top)
{
    for (unsigned row = 0; row < FONT_ART_ROWS; row++) {
        font[code][top + row] |= art_row(index, row);
    }
}

static void build_drawings(void)
{
    for (unsigned i = 0; i < FONT_ART_SPECIALS; i++) {
        draw((uint8_t)(ASCII_FIRST + i), i, ART_TOP);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(font_specials); i++) {
        draw(font_specials[i], FONT_ART_SPECIALS + i, ART_TOP);
    }
}

/* Over a capital an accent stands higher, and an i loses its dot. */
static void build_accented(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(accented); i++) {
        uint8_t code = accented[i].code;
        uint8_t accent = accented[i].accent;
        bool is_capital = accented[i].base < 'a';
        bool is_raised = is_capital && accent != FONT_CEDILLA;
        draw(code, (unsigned)accented[i].base - ASCII_FIRST, ART_TOP);
        if (!is_capital) {
            memset(font[code], 0, ART_TOP + ACCENT_ROWS);
        }
        draw(code, accent, is_raised ? 0 : ART_TOP);
    }
}

static uint8_t dots(unsigned left, unsigned right)
{
    return (uint8_t)((0xffu >> left) & ~(0xffu >> right));
}

/* Sets, or clears, the dots of a rectangle. */
enum ink {
    INK_CLEAR,
    INK_SET,
};

static void fill(const struct block *block, enum ink ink)
{
    uint8_t row_dots = dots(block->left, block->right);
    for (unsigned row = block->top; row < block->bottom; row++) {
        uint8_t *bits = &font[block->code][row];
        *bits = ink == INK_SET ? *bits | row_dots : *bits & (uint8_t)~row_dots;
    }
}

/* Does a double line cross the arms in ARM's direction? */
static bool is_crossed(unsigned index, enum arm arm)
{
    return lines[index][(arm + 1) % ARMS] == '2' ||
           lines[index][(arm + 3) % ARMS] == '2';
}

/* The arm in direction ARM, from the crossing to the
 * edge, WIDER dots more on both sides than a single line, and beginning LONGER
 * dots beyond the crossing. */
static struct block arm_block(enum arm arm, unsigned wider, unsigned longer)
{
    bool is_upright = arm == ARM_UP || arm == ARM_DOWN;
    unsigned across = is_upright ? wider : longer;
    unsigned along = is_upright ? longer : wider;
    struct block block = {
        .left = (uint8_t)(CENTRE_COLUMN - across),
        .right = (uint8_t)(CENTRE_COLUMN + across + 1),
        .top = (uint8_t)(CENTRE_ROW - along),
        .bottom = (uint8_t)(CENTRE_ROW + along + 1),
    };
    switch (arm) {
    case ARM_UP:
        block.top = 0;
        break;
    case ARM_RIGHT:
        block.right = FONT_WIDTH;
        break;
    case ARM_DOWN:
        block.bottom = FONT_HEIGHT;
        break;
    default:
        block.left = 0;
        break;
    }
    return block;
}

static void draw_arms(unsigned index, char weight, unsigned wider, enum ink ink)
{
    for (enum arm arm = ARM_UP; arm < ARMS; arm++) {
        if (lines[index][arm] == weight) {
            unsigned longer = is_crossed(index, arm) ? wider : 0;
            struct block block = arm_block(arm, wider, longer);
            block.code = (uint8_t)(LINES_FIRST + index);
            fill(&block, ink);
        }
    }
}

/* A double line is a wide one whose inside is then cleared, so that corners
 * and crossings come out open. */
static void build_lines(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(lines); i++) {
        draw_arms(i, '2', 1, INK_SET);
        draw_arms(i, '2', 0, INK_CLEAR);
        draw_arms(i, '1', 0, INK_SET);
    }
}

static void build_blocks(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(blocks); i++) {
        fill(&blocks[i], INK_SET);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(shades); i++) {
        for (unsigned row = 0; row < FONT_HEIGHT; row++) {
            font[SHADES_FIRST + i][row] = shades[i][row % 2];
        }
    }
}

static bool is_blank(unsigned code)
{
    static const uint8_t blank[FONT_HEIGHT];
    return memcmp(font[code], blank, sizeof(blank)) == 0;
}

void font_init(void)
{
    memset(font, 0, sizeof(font));
    build_drawings();
    build_accented();
    build_lines();
    build_blocks();
    for (unsigned code = 0; code < ARRAY_COUNT(font); code++) {
        bool is_space = code == ' ' || code == 0 || code == 0xff;
        if (is_blank(code) && !is_space) {
            memcpy(font[code], font['?'], FONT_HEIGHT);
        }
    }
}

const uint8_t *font_glyph(uint8_t code)
{
    return font[code];
}
