/* Colours: see colour.h. */
#include "user/look/colour.h"

#include "user/lib/format.h"

#define FOREGROUND        30
#define BRIGHT_FOREGROUND 90
#define BACKGROUND        40

size_t colour_sequence(uint8_t colour, char *to)
{
    unsigned foreground = colour % COLOURS;
    unsigned background = colour >> BACKGROUND_SHIFT;
    unsigned base = foreground < BRIGHT ? FOREGROUND : BRIGHT_FOREGROUND;

    return sprint(to, COLOUR_LENGTH_MAX, "\033[0;%u;%um",
                  base + foreground % BRIGHT, BACKGROUND + background % BRIGHT);
}
