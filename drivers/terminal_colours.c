/* The terminal's colours: CSI m, "select graphic rendition". (ECMA-48, 8.3.117)
 */
#include "drivers/terminal_priv.h"
#include "kernel/lib.h"

#define DEFAULT_FOREGROUND    DISPLAY_GREY
#define DEFAULT_BACKGROUND    DISPLAY_BLACK

/* Parameters of SGR. Colours are a base and a number from 0 to 7. */
#define SGR_RESET             0
#define SGR_BOLD              1
#define SGR_REVERSE           7
#define SGR_NOT_BOLD          22
#define SGR_NOT_REVERSE       27
#define SGR_FOREGROUND        30
#define SGR_EXTENDED          8 /* added to a base: more parameters follow */
#define SGR_DEFAULT           9 /* added to a base */
#define SGR_BACKGROUND        40
#define SGR_BRIGHT_FOREGROUND 90
#define SGR_BRIGHT_BACKGROUND 100

/* After 38 or 48. */
#define SGR_PALETTE           5 /* ;n */
#define SGR_RGB               2 /* ;r;g;b */

#define COLOURS               8

struct terminal_pen terminal_first_pen(void)
{
    return (struct terminal_pen){
        .foreground = DEFAULT_FOREGROUND,
        .background = DEFAULT_BACKGROUND,
    };
}

struct cell terminal_cell(const struct terminal *terminal, uint8_t glyph)
{
    const struct terminal_pen *pen = &terminal->pen;
    unsigned foreground = pen->foreground;
    unsigned background = pen->background;
    if (pen->is_bold) {
        foreground |= DISPLAY_BRIGHT;
    }
    if (pen->is_reversed) {
        unsigned swapped = foreground;
        foreground = background;
        background = swapped;
    }
    return (struct cell){
        .glyph = glyph,
        .colours = (uint8_t)(background << 4 | foreground),
    };
}

struct cell terminal_blank(const struct terminal *terminal)
{
    return (struct cell){
        .glyph = ' ',
        .colours =
            (uint8_t)(terminal->pen.background << 4 | terminal->pen.foreground),
    };
}

/* ANSI's order of the colours is red, green, blue from the lowest bit; the
 * display's is blue, green, red. */
static uint8_t ansi_colour(unsigned number)
{
    static const uint8_t colours[COLOURS] = {
        DISPLAY_BLACK, DISPLAY_RED,     DISPLAY_GREEN, DISPLAY_BROWN,
        DISPLAY_BLUE,  DISPLAY_MAGENTA, DISPLAY_CYAN,  DISPLAY_GREY,
    };
    unsigned bright = number >= COLOURS ? DISPLAY_BRIGHT : 0;
    return (uint8_t)(colours[number % COLOURS] | bright);
}

/* Sets *COLOUR from the parameters behind INDEX. Of the 256 colours we have
 * the first 16; the others change nothing. Returns how many were used. */
static unsigned set_extended(const struct terminal *terminal, unsigned index,
                             uint8_t *colour)
{
    unsigned kind = terminal_parameter(terminal, index + 1, 0);
    unsigned number = terminal_parameter(terminal, index + 2, 0);
    if (kind == SGR_PALETTE && number < DISPLAY_COLOURS) {
        *colour = ansi_colour(number);
    }
    return kind == SGR_PALETTE ? 2 : kind == SGR_RGB ? 4 : 0;
}

/* PARAMETER is BASE to BASE + 9. Returns how many more parameters it used. */
static unsigned set_colour(const struct terminal *terminal, unsigned index,
                           unsigned number, uint8_t *colour, uint8_t fallback)
{
    if (number == SGR_EXTENDED) {
        return set_extended(terminal, index, colour);
    }
    *colour = number == SGR_DEFAULT ? fallback : ansi_colour(number);
    return 0;
}

static void set_attribute(struct terminal_pen *pen, unsigned parameter)
{
    switch (parameter) {
    case SGR_RESET:
        pen->foreground = DEFAULT_FOREGROUND;
        pen->background = DEFAULT_BACKGROUND;
        pen->is_bold = false;
        pen->is_reversed = false;
        break;
    case SGR_BOLD:
    case SGR_NOT_BOLD:
        pen->is_bold = parameter == SGR_BOLD;
        break;
    case SGR_REVERSE:
    case SGR_NOT_REVERSE:
        pen->is_reversed = parameter == SGR_REVERSE;
        break;
    default:
        break;
    }
}

/* Does parameter INDEX. Returns how many more parameters it used. */
static unsigned set_rendition(struct terminal *terminal, unsigned index)
{
    struct terminal_pen *pen = &terminal->pen;
    unsigned parameter = terminal_parameter(terminal, index, SGR_RESET);
    unsigned base = parameter / 10 * 10;
    unsigned number = parameter - base;
    switch (base) {
    case SGR_FOREGROUND:
        return set_colour(terminal, index, number, &pen->foreground,
                          DEFAULT_FOREGROUND);
    case SGR_BACKGROUND:
        return set_colour(terminal, index, number, &pen->background,
                          DEFAULT_BACKGROUND);
    case SGR_BRIGHT_FOREGROUND:
        pen->foreground = ansi_colour(number % COLOURS + COLOURS);
        return 0;
    case SGR_BRIGHT_BACKGROUND:
        pen->background = ansi_colour(number % COLOURS + COLOURS);
        return 0;
    default:
        set_attribute(pen, parameter);
        return 0;
    }
}

void terminal_set_colours(struct terminal *terminal)
{
    unsigned count =
        MIN(terminal->parameter_count, (unsigned)TERMINAL_PARAMETERS_MAX);
    for (unsigned i = 0; i < count; i++) {
        i += set_rendition(terminal, i);
    }
}
