/* A grid of 512 cells, frames or entries, one of which is chosen. */
#include "user/see/see.h"

unsigned grid_move(const struct see *see, unsigned chosen, enum key key)
{
    unsigned columns = layout_grid_columns(see->canvas.columns);

    switch (key) {
    case KEY_LEFT:
        return (chosen + GRID_CELLS - 1) % GRID_CELLS;
    case KEY_RIGHT:
        return (chosen + 1) % GRID_CELLS;
    case KEY_UP:
        return chosen >= columns ? chosen - columns : chosen;
    case KEY_DOWN:
        return chosen + columns < GRID_CELLS ? chosen + columns : chosen;
    case KEY_HOME:
        return 0;
    case KEY_END:
        return GRID_CELLS - 1;
    default:
        return chosen;
    }
}

unsigned grid_draw(struct see *see, unsigned row, uint64_t address,
                   uint64_t step, const struct grid_cell *cells,
                   unsigned chosen)
{
    unsigned columns = layout_grid_columns(see->canvas.columns);

    for (unsigned i = 0; i < GRID_CELLS; i++) {
        unsigned column = i % columns;
        if (column == 0) {
            canvas_print(&see->canvas, 0, row, WORDS_COLOUR, "%012lx",
                         address + i * step);
        }
        canvas_put(&see->canvas, ADDRESS_COLUMNS + column, row,
                   i == chosen ? CHOSEN : cells[i].colour,
                   (uint8_t)cells[i].letter);
        row += column == columns - 1 ? 1 : 0;
    }
    return row;
}
