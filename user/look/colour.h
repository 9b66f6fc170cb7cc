/* Colours of a terminal, and the sequences that choose them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The order is ANSI's. A background is one of the first eight, shifted. */
enum colour {
    BLACK,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    GREY,
    BRIGHT, /* added to one of the above */
    COLOURS = 16,
};

#define BACKGROUND_SHIFT  4
#define ON(background)    ((uint8_t)((background) << BACKGROUND_SHIFT))
#define COLOUR_LENGTH_MAX 16

/* Writes the sequence for COLOUR, which has both. Returns its length, at most
 * COLOUR_LENGTH_MAX with the zero byte behind it. */
size_t colour_sequence(uint8_t colour, char *to);

/* The same for what it is without any. */
#define COLOUR_NONE "\033[0m"
