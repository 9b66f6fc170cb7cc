/* The terminal: what control characters and sequences do. */
#include "drivers/terminal_priv.h"
#include "kernel/lib.h"

#define TAB_WIDTH      8
#define PRIVATE_CURSOR 25 /* CSI ? 25 h */

/* The parameter of J and K. */
enum erase {
    ERASE_TO_END,
    ERASE_TO_CURSOR,
    ERASE_ALL,
};

unsigned terminal_parameter(const struct terminal *terminal, unsigned index,
                            unsigned fallback)
{
    if (index >= TERMINAL_PARAMETERS_MAX ||
        index >= terminal->parameter_count) {
        return fallback;
    }
    unsigned value = terminal->parameters[index];
    return value == 0 ? fallback : value;
}

/* Columns and rows past the screen's end become the last. */
static void move_to(struct terminal *terminal, unsigned column, unsigned row)
{
    terminal->pen.column = MIN(column, terminal->screen.columns - 1);
    terminal->pen.row = MIN(row, terminal->screen.rows - 1);
    terminal->pen.is_past_end = false;
}

static void fill_rows(struct terminal *terminal, unsigned row, unsigned count)
{
    struct screen *screen = &terminal->screen;
    screen_fill(screen, 0, row, (size_t)count * screen->columns,
                terminal_blank(terminal));
}

/* Rows from FIRST to the end move up by COUNT, or down; blank ones follow. */
static void delete_rows(struct terminal *terminal, unsigned first,
                        unsigned count)
{
    unsigned rows = terminal->screen.rows - first;
    count = MIN(count, rows);
    screen_copy_rows(&terminal->screen, first, first + count, rows - count);
    fill_rows(terminal, first + rows - count, count);
}

static void insert_rows(struct terminal *terminal, unsigned first,
                        unsigned count)
{
    unsigned rows = terminal->screen.rows - first;
    count = MIN(count, rows);
    screen_copy_rows(&terminal->screen, first + count, first, rows - count);
    fill_rows(terminal, first, count);
}

void terminal_index(struct terminal *terminal)
{
    terminal->pen.is_past_end = false;
    if (terminal->pen.row + 1 < terminal->screen.rows) {
        terminal->pen.row++;
        return;
    }
    screen_keep_rows(&terminal->screen, 1);
    delete_rows(terminal, 0, 1);
}

void terminal_reverse_index(struct terminal *terminal)
{
    terminal->pen.is_past_end = false;
    if (terminal->pen.row > 0) {
        terminal->pen.row--;
        return;
    }
    insert_rows(terminal, 0, 1);
}

void terminal_control(struct terminal *terminal, uint8_t control)
{
    struct terminal_pen *pen = &terminal->pen;
    switch (control) {
    case '\b':
        move_to(terminal, pen->column - MIN(pen->column, 1u), pen->row);
        break;
    case '\t':
        move_to(terminal, (pen->column / TAB_WIDTH + 1) * TAB_WIDTH, pen->row);
        break;
    case '\n':
    case '\v':
    case '\f':
        terminal_index(terminal);
        break;
    case '\r':
        move_to(terminal, 0, pen->row);
        break;
    default:
        break;
    }
}

/* The saved pen is always on the screen: terminal_set_display sees to it. */
static void restore_pen(struct terminal *terminal)
{
    terminal->pen = terminal->saved;
}

static void reset(struct terminal *terminal)
{
    terminal->pen = terminal_first_pen();
    terminal->saved = terminal->pen;
    terminal->is_cursor_hidden = false;
    fill_rows(terminal, 0, terminal->screen.rows);
}

void terminal_escape(struct terminal *terminal, char final)
{
    switch (final) {
    case '7':
        terminal->saved = terminal->pen;
        break;
    case '8':
        restore_pen(terminal);
        break;
    case 'D':
        terminal_index(terminal);
        break;
    case 'E':
        terminal_index(terminal);
        terminal->pen.column = 0;
        break;
    case 'M':
        terminal_reverse_index(terminal);
        break;
    case 'c':
        reset(terminal);
        break;
    default:
        break;
    }
}

/* Erases in the cells [start, end) around the cursor, in reading order. */
static void erase(struct terminal *terminal, size_t start, size_t end)
{
    const struct terminal_pen *pen = &terminal->pen;
    unsigned columns = terminal->screen.columns;
    size_t cursor = (size_t)pen->row * columns + pen->column;
    unsigned kind = terminal_parameter(terminal, 0, ERASE_TO_END);
    if (kind > ERASE_ALL) {
        return;
    }
    start = kind == ERASE_TO_END ? cursor : start;
    end = kind == ERASE_TO_CURSOR ? cursor + 1 : end;
    screen_fill(&terminal->screen, (unsigned)(start % columns),
                (unsigned)(start / columns), end - start,
                terminal_blank(terminal));
}

static void erase_in_screen(struct terminal *terminal)
{
    const struct screen *screen = &terminal->screen;
    erase(terminal, 0, (size_t)screen->rows * screen->columns);
}

static void erase_in_line(struct terminal *terminal)
{
    size_t columns = terminal->screen.columns;
    size_t row = terminal->pen.row;
    erase(terminal, row * columns, (row + 1) * columns);
}

static void fill_cells(struct terminal *terminal, unsigned column,
                       unsigned count)
{
    screen_fill(&terminal->screen, column, terminal->pen.row, count,
                terminal_blank(terminal));
}

static void insert_cells(struct terminal *terminal, unsigned count)
{
    const struct terminal_pen *pen = &terminal->pen;
    unsigned rest = terminal->screen.columns - pen->column;
    count = MIN(count, rest);
    screen_copy_cells(&terminal->screen, pen->row, pen->column + count,
                      pen->column, rest - count);
    fill_cells(terminal, pen->column, count);
}

static void delete_cells(struct terminal *terminal, unsigned count)
{
    const struct terminal_pen *pen = &terminal->pen;
    unsigned rest = terminal->screen.columns - pen->column;
    count = MIN(count, rest);
    screen_copy_cells(&terminal->screen, pen->row, pen->column,
                      pen->column + count, rest - count);
    fill_cells(terminal, pen->column + rest - count, count);
}

/* The sequences that move the cursor. Returns whether FINAL is one. */
static bool csi_move(struct terminal *terminal, char final)
{
    unsigned column = terminal->pen.column;
    unsigned row = terminal->pen.row;
    unsigned count = terminal_parameter(terminal, 0, 1);
    switch (final) {
    case 'A':
    case 'F':
        row -= MIN(row, count);
        break;
    case 'B':
    case 'E':
        row += count;
        break;
    case 'C':
        column += count;
        break;
    case 'D':
        column -= MIN(column, count);
        break;
    case 'G':
    case '`':
        column = count - 1;
        break;
    case 'd':
        row = count - 1;
        break;
    case 'H':
    case 'f':
        row = count - 1;
        column = terminal_parameter(terminal, 1, 1) - 1;
        break;
    default:
        return false;
    }
    move_to(terminal, final == 'E' || final == 'F' ? 0 : column, row);
    return true;
}

/* The sequences that change cells. Returns whether FINAL is one. */
static bool csi_edit(struct terminal *terminal, char final)
{
    unsigned count = terminal_parameter(terminal, 0, 1);
    unsigned rest = terminal->screen.columns - terminal->pen.column;
    switch (final) {
    case 'J':
        erase_in_screen(terminal);
        return true;
    case 'K':
        erase_in_line(terminal);
        return true;
    case 'L':
        insert_rows(terminal, terminal->pen.row, count);
        return true;
    case 'M':
        delete_rows(terminal, terminal->pen.row, count);
        return true;
    case 'S':
        delete_rows(terminal, 0, count);
        return true;
    case 'T':
        insert_rows(terminal, 0, count);
        return true;
    case '@':
        insert_cells(terminal, count);
        return true;
    case 'P':
        delete_cells(terminal, count);
        return true;
    case 'X':
        fill_cells(terminal, terminal->pen.column, MIN(count, rest));
        return true;
    default:
        return false;
    }
}

static void csi_private(struct terminal *terminal, char final)
{
    bool is_cursor = terminal->private_mark == '?' &&
                     terminal_parameter(terminal, 0, 0) == PRIVATE_CURSOR;
    if (is_cursor && (final == 'h' || final == 'l')) {
        terminal->is_cursor_hidden = final == 'l';
    }
}

void terminal_csi(struct terminal *terminal, char final)
{
    if (terminal->private_mark != 0) {
        csi_private(terminal, final);
        return;
    }
    if (csi_move(terminal, final) || csi_edit(terminal, final)) {
        return;
    }
    switch (final) {
    case 'm':
        terminal_set_colours(terminal);
        break;
    case 's':
        terminal->saved = terminal->pen;
        break;
    case 'u':
        restore_pen(terminal);
        break;
    default:
        break;
    }
}
