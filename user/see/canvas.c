/* A screen of cells: see canvas.h. */
#include "user/see/canvas.h"

#include <stdbool.h>

#include "user/lib/string.h"

#define TEXT_MAX    256
#define UNKNOWN     SIZE_MAX
#define NO_PEN      (-1)
#define GAP_MAX     4 /* cells that are written again, as that is shorter */
#define BLANK       ' '
#define ASCII_END   0x80
#define TWO_END     0x800 /* of what takes two bytes */
#define CONTINUED   0x80
#define SIX_BITS    0x3f
#define LEAD_OF_TWO 0xc0
#define LEAD        0xe0

static const struct canvas_cell blank = {.code = BLANK, .colour = GREY};

static size_t count_cells(const struct canvas *canvas)
{
    return (size_t)canvas->columns * canvas->rows;
}

void canvas_init(struct canvas *canvas, unsigned columns, unsigned rows,
                 struct canvas_cell *memory)
{
    canvas->columns = columns;
    canvas->rows = rows;
    canvas->cells = memory;
    canvas->shown = memory + count_cells(canvas);
    canvas->cursor = UNKNOWN;
    canvas->pen = NO_PEN;
    canvas_clear(canvas);
    memcpy(canvas->shown, canvas->cells, count_cells(canvas) * sizeof(blank));
}

void canvas_clear(struct canvas *canvas)
{
    for (size_t i = 0; i < count_cells(canvas); i++) {
        canvas->cells[i] = blank;
    }
}

void canvas_put(struct canvas *canvas, unsigned column, unsigned row,
                uint8_t colour, uint16_t code)
{
    if (column < canvas->columns && row < canvas->rows) {
        canvas->cells[(size_t)row * canvas->columns + column] =
            (struct canvas_cell){.code = code, .colour = colour};
    }
}

void canvas_fill(struct canvas *canvas, unsigned column, unsigned row,
                 unsigned count, uint8_t colour, uint16_t code)
{
    for (unsigned i = 0; i < count; i++) {
        canvas_put(canvas, column + i, row, colour, code);
    }
}

unsigned canvas_print(struct canvas *canvas, unsigned column, unsigned row,
                      uint8_t colour, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    size_t length = vsprint(text, sizeof(text), format, arguments);
    va_end(arguments);

    for (size_t i = 0; i < length; i++) {
        bool is_plain = text[i] >= ' ' && text[i] <= '~';
        canvas_put(canvas, column, row, colour,
                   is_plain ? (uint16_t)text[i] : '?');
        column++;
    }
    return column;
}

void canvas_mark(struct canvas *canvas, unsigned column, unsigned row,
                 unsigned count, uint8_t colour)
{
    for (unsigned i = column; i < column + count; i++) {
        if (i < canvas->columns && row < canvas->rows) {
            canvas->cells[(size_t)row * canvas->columns + i].colour = colour;
        }
    }
}

static bool is_shown(const struct canvas *canvas, size_t at)
{
    return canvas->cells[at].code == canvas->shown[at].code &&
           canvas->cells[at].colour == canvas->shown[at].colour;
}

/* In UTF-8. */
static size_t encode(uint16_t code, char *to)
{
    size_t length = 0;
    if (code < ASCII_END) {
        to[length++] = (char)code;
        return length;
    }
    if (code < TWO_END) {
        to[length++] = (char)(LEAD_OF_TWO | code >> 6);
    } else {
        to[length++] = (char)(LEAD | code >> 12);
        to[length++] = (char)(CONTINUED | (code >> 6 & SIX_BITS));
    }
    to[length++] = (char)(CONTINUED | (code & SIX_BITS));
    return length;
}

/* Writes the cell AT, to which the cursor has come. */
static size_t write_cell(struct canvas *canvas, size_t at, char *to)
{
    struct canvas_cell cell = canvas->cells[at];
    size_t length = 0;

    if (canvas->pen != cell.colour) {
        length = colour_sequence(cell.colour, to);
        canvas->pen = cell.colour;
    }
    length += encode(cell.code, to + length);
    canvas->shown[at] = cell;
    /* What a terminal does behind the last column differs. */
    bool is_end = (at + 1) % canvas->columns == 0;
    canvas->cursor = is_end ? UNKNOWN : at + 1;
    return length;
}

/* Brings the cursor to the cell AT. */
static size_t move(struct canvas *canvas, size_t at, char *to)
{
    size_t columns = canvas->columns;
    size_t from = canvas->cursor;
    size_t length = 0;

    if (from == at) {
        return 0;
    }
    if (from < at && at - from <= GAP_MAX && from / columns == at / columns) {
        bool is_one_colour = true;
        for (size_t i = from; i < at; i++) {
            is_one_colour &= canvas->cells[i].colour == canvas->pen &&
                             canvas->cells[i].code < ASCII_END;
        }
        while (is_one_colour && canvas->cursor < at) {
            length += write_cell(canvas, canvas->cursor, to + length);
        }
    }
    if (canvas->cursor != at) {
        length = sprint(to, CANVAS_STEP / 2, "\033[%zu;%zuH", at / columns + 1,
                        at % columns + 1);
        canvas->cursor = at;
    }
    return length;
}

size_t canvas_update(struct canvas *canvas, char *to, size_t size)
{
    size_t length = 0;

    for (size_t at = 0; at < count_cells(canvas); at++) {
        if (is_shown(canvas, at)) {
            continue;
        }
        if (size - length < CANVAS_STEP) {
            break;
        }
        length += move(canvas, at, to + length);
        length += write_cell(canvas, at, to + length);
    }
    return length;
}
