/* The drawings of which the font is made: 8 characters side by side, each 8
 * dots wide with a blank between two, '#' for ink. */
#pragma once

#include "kernel/lib.h"

#define FONT_ART_WIDTH    8
#define FONT_ART_ROWS     13
#define FONT_ART_ABREAST  8
#define FONT_ART_BLOCKS   16

/* Indices of what is drawn: ASCII from the blank on, then other characters of
 * code page 437, then accents. */
#define FONT_ART_SPECIALS 95
#define FONT_ART_ACCENTS  119

enum font_accent {
    FONT_GRAVE = FONT_ART_ACCENTS,
    FONT_ACUTE,
    FONT_CIRCUMFLEX,
    FONT_DIAERESIS,
    FONT_RING,
    FONT_TILDE,
    FONT_CEDILLA,
};

extern const char *const font_art[FONT_ART_BLOCKS][FONT_ART_ROWS];

/* The codes of the characters from FONT_ART_SPECIALS on, in their order. */
extern const uint8_t font_specials[FONT_ART_ACCENTS - FONT_ART_SPECIALS];
