/* see: where one is, and the way there and back. */
#include "user/see/see.h"

#include "user/lib/string.h"

/* At the end of the title, whatever that has there. */
#define STOPPED " [stopped]"

static const struct {
    void (*draw)(struct see *see);
    void (*key)(struct see *see, enum key key);
    const char *keys;
} views[VIEWS] = {
    [VIEW_MAP] = {map_view_draw, map_view_key,
                  "Enter: go in  Tab: map, processes"},
    [VIEW_PAGE] = {page_view_draw, page_view_key,
                   "Enter: its page table  PgUp PgDn: other pages  Esc: back"},
    [VIEW_PROCESS] = {process_view_draw, process_view_key,
                      "Enter: the page table of an area  Esc: back"},
    [VIEW_TABLE] = {table_view_draw, table_view_key,
                    "Enter: follow  PgUp PgDn: tables  Esc: back"},
};

void see_enter(struct see *see, struct place next)
{
    if (see->depth + 1 < PLACES_MAX) {
        see->depth++;
        *see_place(see) = next;
    }
}

void see_leave(struct see *see)
{
    see->depth -= see->depth > 0 ? 1 : 0;
}

void see_look(struct see *see)
{
    const struct place *place = see_place(see);
    bool is_page = place->view == VIEW_PAGE;
    bool is_process = place->view == VIEW_PROCESS || place->view == VIEW_TABLE;

    see->sample.page = is_page ? place->page : NO_PAGE;
    see->sample.pid = is_process ? place->pid : 0;
    sample_take(&see->sample);
    if (place->view == VIEW_TABLE) {
        table_look(&see->tables, place->pid, place->address, place->level);
    }
}

void see_frame(struct see *see)
{
    see_look(see);
    uint64_t free = sample_free(&see->sample);
    uint64_t faults = see->sample.faults;
    bool is_first = see->old_faults == 0;
    uint64_t given = see->old_free > free ? see->old_free - free : 0;

    history_add(&see->curves[CURVE_FAULTS],
                is_first ? 0 : faults - see->old_faults);
    history_add(&see->curves[CURVE_GIVEN], given / KIB);
    history_add(&see->curves[CURVE_FREE], free / KIB);
    history_add(&see->curves[CURVE_LONGEST], see->sample.longest);
    see->old_faults = faults;
    see->old_free = free;
}

static void draw_program(struct see *see)
{
    const struct child *child = &see->child;
    unsigned row = see->layout.program_row;
    if (child->pid == 0) {
        return;
    }
    const char *state = child->is_over ? "has ended" : "runs";
    unsigned column =
        canvas_print(&see->canvas, 0, row, process_colour(child->pid),
                     "%c [%d] %s: ", process_letter(child->pid), child->pid,
                     child->is_stopped ? "is stopped" : state);
    canvas_print(&see->canvas, column, row, WORDS_COLOUR, "%s", child->line);
}

void see_draw(struct see *see)
{
    struct canvas *canvas = &see->canvas;
    unsigned row = see->layout.key_row;

    canvas_clear(canvas);
    canvas_fill(canvas, 0, 0, canvas->columns, TITLE_COLOUR, ' ');
    views[see_place(see)->view].draw(see);
    draw_program(see);
    if (see->is_stopped) {
        canvas_print(canvas, canvas->columns - (unsigned)strlen(STOPPED), 0,
                     TITLE_COLOUR, STOPPED);
    }
    canvas_fill(canvas, 0, row, canvas->columns, CHOSEN, ' ');
    canvas_print(canvas, 1, row, CHOSEN, "%s  space: %s  q: end",
                 views[see_place(see)->view].keys,
                 see->is_stopped ? "go on  .: step" : "stop");
}

void see_key(struct see *see, enum key key)
{
    if (key == KEY_BACK) {
        see_leave(see);
    } else {
        views[see_place(see)->view].key(see, key);
    }
    see_look(see);
}
