/* The byte map, the processes that have memory of it, and how it went. */
#include "user/look/glyph.h"
#include "user/see/see.h"

#define LABEL_COLUMNS 12
#define VALUE_COLUMNS 10
#define PID_FORMAT    "%c %5d %-15s %8lu KiB %6lu x 2 MiB %5lu tables"

static void draw_title(struct see *see)
{
    const struct sample *sample = &see->sample;
    canvas_print(&see->canvas, 1, 0, TITLE_COLOUR,
                 "see: %lu MiB, %zu large pages; free %lu KiB, "
                 "%lu large pages in a row",
                 sample->pages * LARGE_PAGE_SIZE / MIB, sample->pages,
                 sample_free(sample) / KIB, sample->longest);
}

/* The first page of the chosen letter. */
static size_t chosen_page(struct see *see)
{
    size_t share = see->layout.share;

    return see_place(see)->page / share * share;
}

static void draw_map(struct see *see)
{
    const struct layout *layout = &see->layout;
    const struct sample *sample = &see->sample;
    const struct place *place = see_place(see);

    for (size_t page = 0; page < sample->pages; page += layout->share) {
        size_t letter = page / layout->share;
        unsigned column = (unsigned)(letter % layout->map_columns);
        unsigned row =
            layout->map_row + (unsigned)(letter / layout->map_columns);
        if (column == 0) {
            canvas_print(&see->canvas, 0, row, WORDS_COLOUR, "%012lx",
                         page * LARGE_PAGE_SIZE);
        }
        struct glyph glyph =
            glyph_of_pages(&sample->owners, page, layout->share);
        bool is_chosen = page == chosen_page(see) && !place->is_in_list;
        canvas_put(&see->canvas, ADDRESS_COLUMNS + column, row,
                   is_chosen ? CHOSEN : glyph.colour, (uint8_t)glyph.letter);
    }
}

/* What is chosen, in words. */
static void draw_detail(struct see *see)
{
    const struct sample *sample = &see->sample;
    size_t page = chosen_page(see);
    unsigned row = see->layout.detail_row;
    if (page >= sample->pages) {
        canvas_print(&see->canvas, 0, row, WORDS_COLOUR,
                     "only Brix tells what its large pages are");
        return;
    }
    const struct page_owner *owner = &sample->owners.pages[page];
    enum kind kind = kind_of(sample->bytes[page]);
    const struct process *process = sample_process(sample, owner->pid);
    unsigned column =
        canvas_print(&see->canvas, 0, row, BRIGHT | GREY, "page %zu: %s, %s",
                     page, kind_legends[kind].name, kind_legends[kind].meaning);
    if (process != NULL) {
        canvas_print(&see->canvas, column, row, process_colour(owner->pid),
                     "; %s[%d] %s shows %u frames",
                     owner->is_several ? "of several processes " : "",
                     owner->pid, process->name, owner->frames);
    }
}

static void draw_legend(struct see *see)
{
    unsigned row = see->layout.legend_row;
    unsigned column = 0;

    for (unsigned kind = 0; kind < KINDS; kind++) {
        const struct kind_legend *legend = &kind_legends[kind];
        if (see->sample.counts[kind] == 0) {
            continue;
        }
        canvas_put(&see->canvas, column, row, legend->colour,
                   (uint8_t)legend->letter);
        column = canvas_print(&see->canvas, column + 2, row, WORDS_COLOUR,
                              "%s %lu", legend->name, see->sample.counts[kind]);
        column += 2;
    }
    canvas_print(&see->canvas, 0, row + 1, WORDS_COLOUR,
                 "a small letter: a process's, on colour if whole; *: several; "
                 "a letter is %lu MiB",
                 see->layout.share * LARGE_PAGE_SIZE / MIB);
}

/* The index of the chosen process; that of the first if it has gone. */
static unsigned chosen_process(struct see *see)
{
    for (unsigned i = 0; i < see->sample.process_count; i++) {
        if (see->sample.processes[i].pid == see_place(see)->pid) {
            return i;
        }
    }
    return 0;
}

static void draw_processes(struct see *see)
{
    const struct layout *layout = &see->layout;
    unsigned chosen = chosen_process(see);
    unsigned rows = layout->process_rows;
    unsigned first = chosen < rows ? 0 : chosen - rows + 1;

    canvas_print(&see->canvas, 0, layout->process_row, BRIGHT | GREY,
                 "    PID %-15s %12s %13s", "PROCESS", "SHOWS", "OF IT");
    for (unsigned i = 0; i < rows && first + i < see->sample.process_count;
         i++) {
        const struct process *process = &see->sample.processes[first + i];
        unsigned row = layout->process_row + 1 + i;
        unsigned end = canvas_print(
            &see->canvas, 0, row, process_colour(process->pid), PID_FORMAT,
            process_letter(process->pid), process->pid, process->name,
            process->frames * PAGE_SIZE / KIB, process->large, process->tables);
        if (see_place(see)->is_in_list && first + i == chosen) {
            canvas_mark(&see->canvas, 0, row, end, CHOSEN);
        }
    }
}

static void draw_curve(struct see *see, unsigned curve, const char *label)
{
    const struct layout *layout = &see->layout;
    const struct history *history = &see->curves[curve];
    unsigned first_row = layout->history_row + curve * layout->history_rows;
    unsigned last_row = first_row + layout->history_rows - 1;
    unsigned columns = see->canvas.columns;
    unsigned bars = columns > LABEL_COLUMNS + VALUE_COLUMNS
                        ? columns - LABEL_COLUMNS - VALUE_COLUMNS
                        : 0;
    bars = bars < HISTORY_MAX ? bars : HISTORY_MAX;
    uint64_t most = history_most(history, bars);

    canvas_print(&see->canvas, 0, last_row, BRIGHT | GREY, "%s", label);
    canvas_print(&see->canvas, LABEL_COLUMNS + bars, last_row, BRIGHT | GREY,
                 "%9lu", history_at(history, 0));
    for (unsigned age = 0; age < bars; age++) {
        uint64_t value = history_at(history, age);
        for (unsigned row = 0; row < layout->history_rows; row++) {
            canvas_put(&see->canvas, LABEL_COLUMNS + bars - 1 - age,
                       last_row - row, CYAN,
                       history_bar(value, most, row, layout->history_rows));
        }
    }
}

void map_view_draw(struct see *see)
{
    draw_title(see);
    draw_map(see);
    draw_detail(see);
    draw_legend(see);
    draw_processes(see);
    draw_curve(see, CURVE_FAULTS, "faults");
    draw_curve(see, CURVE_GIVEN, "given KiB");
    draw_curve(see, CURVE_FREE, "free KiB");
    draw_curve(see, CURVE_LONGEST, "in a row");
}

static void move_in_list(struct see *see, enum key key)
{
    unsigned chosen = chosen_process(see);
    if (see->sample.process_count == 0) {
        return;
    }
    if (key == KEY_UP && chosen > 0) {
        chosen--;
    }
    if (key == KEY_DOWN && chosen + 1 < see->sample.process_count) {
        chosen++;
    }
    see_place(see)->pid = see->sample.processes[chosen].pid;
}

static void move_in_map(struct see *see, enum key key)
{
    struct place *place = see_place(see);
    size_t share = see->layout.share;
    size_t step = key == KEY_LEFT || key == KEY_RIGHT
                      ? share
                      : share * see->layout.map_columns;
    size_t page = chosen_page(see);
    bool is_back = key == KEY_LEFT || key == KEY_UP;
    bool is_forth = key == KEY_RIGHT || key == KEY_DOWN;

    if (is_back && page >= step) {
        place->page = page - step;
    }
    if (is_forth && page + step < see->sample.pages) {
        place->page = page + step;
    }
}

static void go_in(struct see *see)
{
    const struct place *place = see_place(see);
    if (place->is_in_list && see->sample.process_count > 0) {
        see_enter(see,
                  (struct place){
                      .view = VIEW_PROCESS,
                      .pid = see->sample.processes[chosen_process(see)].pid,
                  });
    } else if (!place->is_in_list && see->sample.has_map) {
        see_enter(see, (struct place){
                           .view = VIEW_PAGE,
                           .page = chosen_page(see),
                       });
    }
}

void map_view_key(struct see *see, enum key key)
{
    struct place *place = see_place(see);

    if (key == KEY_ENTER) {
        go_in(see);
    } else if (key == KEY_NEXT) {
        place->is_in_list = !place->is_in_list;
    } else if (place->is_in_list) {
        move_in_list(see, key);
    } else {
        move_in_map(see, key);
    }
}
