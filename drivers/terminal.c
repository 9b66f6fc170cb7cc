/* The terminal: bytes to characters and sequences. */
#include "drivers/terminal.h"

#include "drivers/code_page_437.h"
#include "drivers/terminal_priv.h"
#include "kernel/lib.h"

#define ESC           0x1b
#define BEL           0x07
#define CAN           0x18 /* both end a sequence */
#define SUB           0x1a
#define DEL           0x7f
#define CONTROL_END   0x20
#define PARAMETER_MAX 9999u
#define REPLACEMENT   0xfffd /* for what is not UTF-8 */

void terminal_init(struct terminal *terminal)
{
    memset(terminal, 0, sizeof(*terminal));
    terminal->pen = terminal_first_pen();
    terminal->saved = terminal_first_pen();
    screen_init(&terminal->screen, terminal_blank(terminal));
}

static void clamp_pen(const struct terminal *terminal, struct terminal_pen *pen,
                      unsigned rows_gone)
{
    pen->row -= MIN(pen->row, rows_gone);
    pen->row = MIN(pen->row, terminal->screen.rows - 1);
    pen->column = MIN(pen->column, terminal->screen.columns - 1);
    pen->is_past_end = false;
}

static void show(struct terminal *terminal)
{
    const struct screen_cursor cursor = {
        .column = terminal->pen.column,
        .row = terminal->pen.row,
        .is_visible = !terminal->is_cursor_hidden,
    };
    screen_show(&terminal->screen, &cursor);
}

void terminal_set_display(struct terminal *terminal,
                          const struct display *display)
{
    unsigned rows_gone =
        screen_set_display(&terminal->screen, display, terminal->pen.row,
                           terminal_blank(terminal));
    clamp_pen(terminal, &terminal->pen, rows_gone);
    clamp_pen(terminal, &terminal->saved, rows_gone);
    show(terminal);
}

static void put_character(struct terminal *terminal, uint32_t code_point)
{
    struct terminal_pen *pen = &terminal->pen;
    if (pen->is_past_end) {
        pen->column = 0;
        terminal_index(terminal);
    }
    screen_fill(&terminal->screen, pen->column, pen->row, 1,
                terminal_cell(terminal, code_page_437(code_point)));
    pen->is_past_end = pen->column + 1 == terminal->screen.columns;
    if (!pen->is_past_end) {
        pen->column++;
    }
}

static void begin_character(struct terminal *terminal, uint8_t byte)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t min;
    } lengths[] = {
        {0xe0, 0xc0, 0x80},
        {0xf0, 0xe0, 0x800},
        {0xf8, 0xf0, 0x10000},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(lengths); i++) {
        if ((byte & lengths[i].mask) == lengths[i].lead) {
            terminal->bytes_missing = i + 1;
            terminal->code_point = byte & (uint8_t)~lengths[i].mask;
            terminal->code_point_min = lengths[i].min;
            return;
        }
    }
    put_character(terminal, byte < 0x80 ? byte : REPLACEMENT);
}

static void take_text(struct terminal *terminal, uint8_t byte)
{
    bool is_continuation = (byte & 0xc0) == 0x80;
    if (terminal->bytes_missing != 0 && !is_continuation) {
        terminal->bytes_missing = 0;
        put_character(terminal, REPLACEMENT);
    }
    if (terminal->bytes_missing == 0) {
        begin_character(terminal, byte);
        return;
    }
    terminal->code_point = terminal->code_point << 6 | (byte & 0x3f);
    if (--terminal->bytes_missing == 0) {
        put_character(terminal, terminal->code_point >= terminal->code_point_min
                                    ? terminal->code_point
                                    : REPLACEMENT);
    }
}

static void begin_csi(struct terminal *terminal)
{
    terminal->state = TERMINAL_CSI;
    terminal->private_mark = 0;
    terminal->parameter_count = 1;
    for (unsigned i = 0; i < TERMINAL_PARAMETERS_MAX; i++) {
        terminal->parameters[i] = 0;
    }
}

static void take_escape(struct terminal *terminal, char byte)
{
    terminal->state = TERMINAL_TEXT;
    if (byte == '[') {
        begin_csi(terminal);
        return;
    }
    if (byte == ']' || byte == 'P' || byte == 'X' || byte == '^' ||
        byte == '_') {
        terminal->state = TERMINAL_STRING;
        return;
    }
    if (byte >= ' ' && byte <= '/') {
        terminal->state = TERMINAL_ESCAPE_SKIP;
        return;
    }
    terminal_escape(terminal, byte);
}

static void take_digit(struct terminal *terminal, char digit)
{
    if (terminal->parameter_count <= TERMINAL_PARAMETERS_MAX) {
        unsigned *value = &terminal->parameters[terminal->parameter_count - 1];
        *value = MIN(*value * 10 + (unsigned)(digit - '0'), PARAMETER_MAX);
    }
}

static void take_csi(struct terminal *terminal, char byte)
{
    if (byte >= '0' && byte <= '9') {
        take_digit(terminal, byte);
        return;
    }
    if (byte == ';' || byte == ':') {
        terminal->parameter_count++;
        return;
    }
    if (byte < '@') { /* '<' to '?', and intermediate bytes */
        terminal->private_mark = byte;
        return;
    }
    terminal->state = TERMINAL_TEXT;
    terminal_csi(terminal, byte);
}

/* Titles, palettes and the like: BEL or ESC \ ends them. */
static void take_string(struct terminal *terminal, uint8_t byte)
{
    if (byte == BEL || byte == CAN || byte == SUB ||
        (terminal->state == TERMINAL_STRING_ESCAPE && byte == '\\')) {
        terminal->state = TERMINAL_TEXT;
        return;
    }
    terminal->state = byte == ESC ? TERMINAL_STRING_ESCAPE : TERMINAL_STRING;
}

/* Control characters work in the midst of a sequence, too. */
static void take_control(struct terminal *terminal, uint8_t byte)
{
    if (terminal->bytes_missing != 0) {
        terminal->bytes_missing = 0;
        put_character(terminal, REPLACEMENT);
    }
    if (byte == ESC) {
        terminal->state = TERMINAL_ESCAPE;
        return;
    }
    if (byte == CAN || byte == SUB) {
        terminal->state = TERMINAL_TEXT;
        return;
    }
    terminal_control(terminal, byte);
}

static void take_byte(struct terminal *terminal, uint8_t byte)
{
    if (terminal->state == TERMINAL_STRING ||
        terminal->state == TERMINAL_STRING_ESCAPE) {
        take_string(terminal, byte);
        return;
    }
    if (byte < CONTROL_END) {
        take_control(terminal, byte);
        return;
    }
    if (byte == DEL) {
        return;
    }
    switch (terminal->state) {
    case TERMINAL_ESCAPE:
        take_escape(terminal, (char)byte);
        return;
    case TERMINAL_ESCAPE_SKIP:
        terminal->state = TERMINAL_TEXT;
        return;
    case TERMINAL_CSI:
        take_csi(terminal, (char)byte);
        return;
    default:
        take_text(terminal, byte);
    }
}

void terminal_scroll_back(struct terminal *terminal)
{
    screen_scroll_back(&terminal->screen, (int)terminal->screen.rows - 1);
    show(terminal);
}

void terminal_scroll_forth(struct terminal *terminal)
{
    screen_scroll_back(&terminal->screen, 1 - (int)terminal->screen.rows);
    show(terminal);
}

void terminal_write(struct terminal *terminal, const char *bytes, size_t size)
{
    screen_scroll_back(&terminal->screen, -(int)terminal->screen.back);
    for (size_t i = 0; i < size; i++) {
        take_byte(terminal, (uint8_t)bytes[i]);
    }
    show(terminal);
}

const char *terminal_validate(const struct terminal *terminal)
{
    const struct screen *screen = &terminal->screen;
    const struct terminal_pen *pens[] = {&terminal->pen, &terminal->saved};
    for (unsigned i = 0; i < ARRAY_COUNT(pens); i++) {
        if (pens[i]->column >= screen->columns ||
            pens[i]->row >= screen->rows) {
            return "the pens are on the screen";
        }
        if (pens[i]->foreground >= DISPLAY_COLOURS ||
            pens[i]->background >= DISPLAY_COLOURS) {
            return "the pens have colours that the display has";
        }
        if (pens[i]->is_past_end && pens[i]->column + 1 != screen->columns) {
            return "only a pen in the last column is past the end";
        }
    }
    if (terminal->bytes_missing > 3) {
        return "a UTF-8 character has at most 4 bytes";
    }
    return screen_validate(screen);
}
