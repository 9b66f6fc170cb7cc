/* What goes where: see layout.h. */
#include "user/see/layout.h"

#define TITLE_ROWS    2
#define DETAIL_ROWS   1
#define LEGEND_ROWS   2
#define LAST_ROWS     2 /* the program's line, and the keys */
#define PROCESSES_MIN 4
#define HEAD_ROWS     1
#define MAP_ROWS_MIN  2

/* Rows of the terminal from which on a curve has one more. */
#define ROWS_A_LEVEL  24
#define GRID_MAX      64u

unsigned layout_grid_columns(unsigned columns)
{
    unsigned letters = 8;

    while (letters < GRID_MAX && 2 * letters + ADDRESS_COLUMNS <= columns) {
        letters *= 2;
    }
    return letters;
}

static unsigned map_columns(unsigned columns)
{
    unsigned letters = 8;

    while (2 * letters + ADDRESS_COLUMNS <= columns) {
        letters *= 2;
    }
    return letters;
}

static size_t rows_for(size_t pages, size_t share, unsigned letters)
{
    size_t in_a_row = share * letters;

    return (pages + in_a_row - 1) / in_a_row;
}

struct layout layout_of(unsigned columns, unsigned rows, size_t pages)
{
    struct layout layout = {.map_row = TITLE_ROWS, .share = 1};
    rows = rows < ROWS_MIN ? ROWS_MIN : rows;
    columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns;
    layout.map_columns = map_columns(columns);
    layout.history_rows = 1 + (rows - 1) / ROWS_A_LEVEL / 2;

    unsigned others = TITLE_ROWS + DETAIL_ROWS + LEGEND_ROWS + HEAD_ROWS +
                      PROCESSES_MIN + CURVES * layout.history_rows + LAST_ROWS;
    unsigned most =
        rows >= others + MAP_ROWS_MIN ? rows - others : MAP_ROWS_MIN;
    while (rows_for(pages, layout.share, layout.map_columns) > most) {
        layout.share *= 2;
    }
    layout.map_rows =
        (unsigned)rows_for(pages, layout.share, layout.map_columns);
    layout.detail_row = layout.map_row + layout.map_rows;
    layout.legend_row = layout.detail_row + DETAIL_ROWS;
    layout.process_row = layout.legend_row + LEGEND_ROWS;
    layout.key_row = rows - 1;
    layout.program_row = rows - LAST_ROWS;
    layout.history_row = layout.program_row - CURVES * layout.history_rows;
    layout.process_rows = layout.history_row - layout.process_row - HEAD_ROWS;
    return layout;
}

unsigned layout_scale(uint64_t part, uint64_t all, unsigned columns)
{
    if (part == 0 || all == 0) {
        return 0;
    }
    if (part >= all) {
        return columns;
    }
    /* ALL may be too large to be multiplied. */
    while (all > UINT32_MAX) {
        all >>= 1;
        part >>= 1;
    }
    uint64_t scaled = part * columns / all;
    return scaled == 0 ? 1 : (unsigned)scaled;
}
