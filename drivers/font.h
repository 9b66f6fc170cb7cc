/* A font of our own, 8 x 16, for the characters of code page 437: ASCII, lines
 * and blocks, letters with accents, some signs. */
#pragma once

#include "kernel/lib.h"

#define FONT_WIDTH  8
#define FONT_HEIGHT 16

/* Builds the font from its drawings. Called once, before font_glyph. */
void font_init(void);

/* The FONT_HEIGHT rows of the character CODE, the leftmost dot in bit 7. What
 * is not drawn looks like '?'. */
const uint8_t *font_glyph(uint8_t code);
