/* The screen in memory, and drawing of the difference. */
#include "drivers/screen.h"

#include "kernel/lib.h"

static void mark_dirty(struct screen *screen, unsigned start, unsigned end)
{
    screen->dirty_start = MIN(screen->dirty_start, start);
    screen->dirty_end = MAX(screen->dirty_end, end);
}

static void mark_clean(struct screen *screen)
{
    screen->dirty_start = screen->rows;
    screen->dirty_end = 0;
}

static struct cell *cell_at(struct screen *screen, unsigned column,
                            unsigned row)
{
    return &screen->cells[(size_t)row * screen->columns + column];
}

static unsigned history_rows(const struct screen *screen)
{
    return SCREEN_HISTORY_CELLS / screen->columns;
}

static struct cell *history_at(struct screen *screen, unsigned row)
{
    return &screen->history[(size_t)row * screen->columns];
}

void screen_keep_rows(struct screen *screen, unsigned count)
{
    unsigned rows = history_rows(screen);

    for (unsigned row = 0; row < count; row++) {
        memcpy(history_at(screen, screen->history_next),
               cell_at(screen, 0, row), screen->columns * sizeof(struct cell));
        screen->history_next = (screen->history_next + 1) % rows;
        screen->history_count = MIN(screen->history_count + 1, rows);
    }
}

/* The row that is to be seen as ROW. */
static struct cell *seen_row(struct screen *screen, unsigned row)
{
    if (row >= screen->back) {
        return cell_at(screen, 0, row - screen->back);
    }
    unsigned rows = history_rows(screen);
    unsigned age = screen->back - row; /* 1: the row that went last */
    return history_at(screen, (screen->history_next + rows - age) % rows);
}

static bool is_same(struct cell a, struct cell b)
{
    return a.glyph == b.glyph && a.colours == b.colours;
}

void screen_init(struct screen *screen, struct cell blank)
{
    screen->display = (struct display){.driver = NULL};
    screen->cursor = (struct screen_cursor){.is_visible = false};
    screen->columns = SCREEN_DEFAULT_COLUMNS;
    screen->rows = SCREEN_DEFAULT_ROWS;
    screen->history_next = screen->history_count = screen->back = 0;
    mark_clean(screen);
    screen_fill(screen, 0, 0, (size_t)screen->columns * screen->rows, blank);
}

/* Makes what is shown differ everywhere, so that all of it is drawn. */
static void forget_shown(struct screen *screen)
{
    for (size_t i = 0; i < (size_t)screen->columns * screen->rows; i++) {
        screen->shown[i].glyph = (uint8_t)~screen->cells[i].glyph;
    }
    screen->cursor.is_visible = false;
    mark_dirty(screen, 0, screen->rows);
}

static void set_size(struct screen *screen, const struct display *display)
{
    screen->display = *display;
    screen->columns = MIN(display->columns, SCREEN_CELLS_MAX);
    screen->rows = MIN(display->rows, SCREEN_CELLS_MAX / screen->columns);
    screen->history_next = screen->history_count = screen->back = 0;
    mark_clean(screen);
}

unsigned screen_set_display(struct screen *screen,
                            const struct display *display, unsigned last_row,
                            struct cell blank)
{
    unsigned old_columns = screen->columns;
    memcpy(screen->shown, screen->cells, sizeof(screen->cells));
    set_size(screen, display);
    screen_fill(screen, 0, 0, (size_t)screen->columns * screen->rows, blank);

    unsigned kept = MIN(last_row + 1, screen->rows);
    unsigned gone = last_row + 1 - kept;
    for (unsigned row = 0; row < kept; row++) {
        memcpy(cell_at(screen, 0, row),
               &screen->shown[(size_t)(gone + row) * old_columns],
               MIN(old_columns, screen->columns) * sizeof(struct cell));
    }
    forget_shown(screen);
    return gone;
}

void screen_fill(struct screen *screen, unsigned column, unsigned row,
                 size_t count, struct cell cell)
{
    size_t start = (size_t)row * screen->columns + column;
    for (size_t i = start; i < start + count; i++) {
        screen->cells[i] = cell;
    }
    size_t end_row = (start + count + screen->columns - 1) / screen->columns;
    mark_dirty(screen, row, (unsigned)end_row);
}

void screen_copy_cells(struct screen *screen, unsigned row, unsigned to,
                       unsigned from, unsigned count)
{
    memmove(cell_at(screen, to, row), cell_at(screen, from, row),
            count * sizeof(struct cell));
    mark_dirty(screen, row, row + 1);
}

void screen_copy_rows(struct screen *screen, unsigned to, unsigned from,
                      unsigned count)
{
    size_t row_size = screen->columns * sizeof(struct cell);
    memmove(cell_at(screen, 0, to), cell_at(screen, 0, from), count * row_size);
    mark_dirty(screen, to, to + count);
}

static void draw_row(struct screen *screen, unsigned row)
{
    size_t start = (size_t)row * screen->columns;
    const struct cell *cells = seen_row(screen, row);
    for (unsigned column = 0; column < screen->columns; column++) {
        struct cell cell = cells[column];
        if (!is_same(cell, screen->shown[start + column])) {
            screen->shown[start + column] = cell;
            screen->display.draw(screen->display.driver, column, row, cell);
        }
    }
}

static void draw_cursor(struct screen *screen,
                        const struct screen_cursor *cursor)
{
    const struct display *display = &screen->display;
    if (screen->cursor.is_visible) {
        unsigned column = screen->cursor.column;
        unsigned row = screen->cursor.row;
        display->draw(display->driver, column, row,
                      seen_row(screen, row)[column]);
    }
    screen->cursor = *cursor;
    screen->cursor.is_visible = cursor->is_visible && screen->back == 0;
    if (screen->cursor.is_visible) {
        display->show_cursor(display->driver, cursor->column, cursor->row,
                             *cell_at(screen, cursor->column, cursor->row));
        return;
    }
    display->hide_cursor(display->driver);
}

void screen_scroll_back(struct screen *screen, int rows)
{
    int wanted = (int)screen->back + rows;
    unsigned back = MIN((unsigned)MAX(wanted, 0), screen->history_count);

    if (back != screen->back) {
        screen->back = back;
        mark_dirty(screen, 0, screen->rows);
    }
}

void screen_show(struct screen *screen, const struct screen_cursor *cursor)
{
    if (screen->display.driver == NULL) {
        return;
    }
    for (unsigned row = screen->dirty_start; row < screen->dirty_end; row++) {
        draw_row(screen, row);
    }
    mark_clean(screen);
    draw_cursor(screen, cursor);
}

const char *screen_validate(const struct screen *screen)
{
    if (screen->columns == 0 || screen->rows == 0 ||
        (size_t)screen->columns * screen->rows > SCREEN_CELLS_MAX) {
        return "the screen has between 1 and SCREEN_CELLS_MAX cells";
    }
    if (screen->dirty_start > screen->rows ||
        screen->dirty_end > screen->rows) {
        return "dirty rows are rows of the screen";
    }
    if (screen->history_count > history_rows(screen) ||
        screen->history_next >= history_rows(screen) ||
        screen->back > screen->history_count) {
        return "the rows that are seen are kept";
    }
    if (screen->cursor.column >= screen->columns ||
        screen->cursor.row >= screen->rows) {
        return "the cursor is on the screen";
    }
    return NULL;
}
