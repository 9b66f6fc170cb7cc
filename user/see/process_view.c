/* A process: its areas to scale, and what of them is in memory. */
#include "user/lib/string.h"
#include "user/see/see.h"

#define HEAD_ROW   2
#define FIRST_ROW  3
#define LAST_ROWS  4 /* the detail, and what is below all views */
#define BAR_COLUMN 27
#define NAME_SPACE 22
#define BAR_MIN    8
#define HEAP       "[heap]"

/* How much of a cell's bytes is in memory, and as what. */
struct filling {
    uint64_t resident;
    bool is_own;
};

/* Adds what the runs from *NEXT on have of [START, END), and leaves *NEXT at
 * the first that goes beyond. */
static struct filling fill(const struct sample *sample, size_t *next,
                           uint64_t start, uint64_t end)
{
    struct filling filling = {0};

    for (size_t i = *next; i < sample->run_count; i++) {
        const struct run *run = &sample->runs[i];
        if (run->whose == RUN_TABLE || run->end <= start) {
            *next = i + 1;
            continue;
        }
        if (run->start >= end) {
            break;
        }
        uint64_t from = run->start > start ? run->start : start;
        uint64_t to = run->end < end ? run->end : end;
        bool is_memory = run->whose != RUN_ZEROS && run->whose != RUN_UNTOUCHED;
        filling.resident += is_memory ? to - from : 0;
        filling.is_own |= run->whose == RUN_OWN;
    }
    return filling;
}

static uint16_t code_for(uint64_t resident, uint64_t size)
{
    if (resident == 0) {
        return DOT;
    }
    return resident < size ? SHADE : FULL_BLOCK;
}

/* A bar as long as AREA is, where the LARGEST has COLUMNS. */
static void draw_bar(struct see *see, unsigned row, const struct area *area,
                     uint64_t largest, unsigned columns, size_t *next)
{
    uint64_t size = area->end - area->start;
    unsigned cells = layout_scale(size, largest, columns);
    uint64_t step = (size / PAGE_SIZE + cells - 1) / cells * PAGE_SIZE;
    uint8_t colour = process_colour(see_place(see)->pid);
    unsigned column = BAR_COLUMN;

    for (uint64_t at = area->start; at < area->end; at += step) {
        uint64_t end = area->end - at < step ? area->end : at + step;
        struct filling filling = fill(&see->sample, next, at, end);
        canvas_put(&see->canvas, column, row,
                   filling.is_own ? colour : colour % BRIGHT,
                   code_for(filling.resident, end - at));
        column++;
    }
    if (strcmp(area->name, HEAP) == 0) {
        canvas_put(&see->canvas, column, row, BRIGHT | GREY, '<');
    }
}

static unsigned bar_columns(const struct see *see)
{
    unsigned others = BAR_COLUMN + NAME_SPACE;

    return see->canvas.columns > others + BAR_MIN ? see->canvas.columns - others
                                                  : BAR_MIN;
}

static unsigned rows_for_areas(const struct see *see)
{
    return see->layout.program_row - LAST_ROWS + 1 - FIRST_ROW;
}

static uint64_t largest_area(const struct sample *sample)
{
    uint64_t largest = 1;

    for (unsigned i = 0; i < sample->area_count; i++) {
        uint64_t size = sample->areas[i].end - sample->areas[i].start;
        largest = size > largest ? size : largest;
    }
    return largest;
}

static void draw_area(struct see *see, unsigned row, unsigned index,
                      uint64_t largest, size_t *next)
{
    const struct area *area = &see->sample.areas[index];
    unsigned columns = bar_columns(see);
    unsigned end = canvas_print(&see->canvas, 0, row, WORDS_COLOUR,
                                "%012lx %s %7luk", area->start, area->rights,
                                (area->end - area->start) / KIB);

    draw_bar(see, row, area, largest, columns, next);
    canvas_print(&see->canvas, BAR_COLUMN + columns + 2, row, WORDS_COLOUR,
                 "%s", area->name);
    if (index == see_place(see)->area) {
        canvas_mark(&see->canvas, 0, row, end, CHOSEN);
    }
}

static void draw_areas(struct see *see)
{
    const struct sample *sample = &see->sample;
    unsigned rows = rows_for_areas(see);
    unsigned chosen = see_place(see)->area;
    unsigned first = chosen < rows ? 0 : chosen - rows + 1;
    uint64_t largest = largest_area(sample);
    size_t next = 0;

    for (unsigned i = 0; i < rows && first + i < sample->area_count; i++) {
        draw_area(see, FIRST_ROW + i, first + i, largest, &next);
    }
}

/* In words: the chosen area, and of it what is in memory. */
static void draw_detail(struct see *see)
{
    const struct sample *sample = &see->sample;
    unsigned chosen = see_place(see)->area;
    if (chosen >= sample->area_count) {
        return;
    }
    const struct area *area = &sample->areas[chosen];
    size_t next = 0;
    struct filling filling = fill(sample, &next, area->start, area->end);
    canvas_print(&see->canvas, 0, see->layout.program_row - 2, BRIGHT | GREY,
                 "0x%lx to 0x%lx%s: %lu of %lu KiB in memory", area->start,
                 area->end, strcmp(area->name, HEAP) == 0 ? ", the break" : "",
                 filling.resident / KIB, (area->end - area->start) / KIB);
}

void process_view_draw(struct see *see)
{
    struct canvas *canvas = &see->canvas;
    int pid = see_place(see)->pid;
    const struct process *process = sample_process(&see->sample, pid);

    if (process == NULL) {
        canvas_print(canvas, 1, 0, TITLE_COLOUR, "see: [%d] has ended", pid);
        return;
    }
    canvas_print(canvas, 1, 0, TITLE_COLOUR,
                 "see: [%d] %s: %u areas, shows %lu KiB, %lu x 2 MiB, "
                 "%lu tables",
                 pid, process->name, see->sample.area_count,
                 process->frames * PAGE_SIZE / KIB, process->large,
                 process->tables);
    canvas_print(canvas, 0, HEAD_ROW, BRIGHT | GREY, "AREA         %s",
                 "RIGHTS   SIZE ");
    unsigned column = canvas_print(canvas, BAR_COLUMN, HEAD_ROW, BRIGHT | GREY,
                                   "IN MEMORY: ");
    canvas_put(canvas, column, HEAD_ROW, process_colour(pid), FULL_BLOCK);
    canvas_print(canvas, column + 1, HEAD_ROW, WORDS_COLOUR, " its own");
    draw_areas(see);
    draw_detail(see);
}

/* The first address of the chosen area that is in memory, or its start. */
static uint64_t first_resident(const struct see *see, const struct area *area)
{
    for (size_t i = 0; i < see->sample.run_count; i++) {
        const struct run *run = &see->sample.runs[i];
        if (run->whose != RUN_TABLE && run->end > area->start &&
            run->start < area->end) {
            return run->start > area->start ? run->start : area->start;
        }
    }
    return area->start;
}

static void go_in(struct see *see)
{
    const struct place *place = see_place(see);
    if (place->area < see->sample.area_count) {
        const struct area *area = &see->sample.areas[place->area];
        see_enter(see, (struct place){
                           .view = VIEW_TABLE,
                           .pid = place->pid,
                           .address = first_resident(see, area),
                           .level = 1,
                       });
    }
}

void process_view_key(struct see *see, enum key key)
{
    struct place *place = see_place(see);
    unsigned rows = rows_for_areas(see);
    unsigned last = see->sample.area_count > 0 ? see->sample.area_count - 1 : 0;
    unsigned step = key == KEY_PAGE_UP || key == KEY_PAGE_DOWN ? rows : 1;

    switch (key) {
    case KEY_ENTER:
        go_in(see);
        break;
    case KEY_UP:
    case KEY_PAGE_UP:
        place->area -= place->area < step ? place->area : step;
        break;
    case KEY_DOWN:
    case KEY_PAGE_DOWN:
        place->area = place->area + step < last ? place->area + step : last;
        break;
    case KEY_HOME:
        place->area = 0;
        break;
    case KEY_END:
        place->area = last;
        break;
    default:
        break;
    }
}
