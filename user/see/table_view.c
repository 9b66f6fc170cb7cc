/* A page table: how the CPU comes from an address to memory, four entries on
 * the way, and the table that one of them stands in. */
#include "user/see/see.h"

#define WALK_ROW  2
#define GRID_ROW  (WALK_ROW + TABLE_LEVELS + 2)
#define BITS_SIZE 64

/* The physical address of the table of LEVEL: the entry above says it, or for
 * the pml4 the line of it in /proc/PID/frames. */
static uint64_t table_address(const struct see *see, unsigned level)
{
    if (level < TABLE_LEVELS) {
        uint64_t above = see->tables.path[TABLE_LEVELS - level - 1];
        return table_is_leaf(above, level + 1) ? 0
                                               : table_target(above, level + 1);
    }
    for (size_t i = 0; i < see->sample.run_count; i++) {
        const struct run *run = &see->sample.runs[i];
        if (run->whose == RUN_TABLE && run->level == TABLE_LEVELS) {
            return run->memory;
        }
    }
    return 0;
}

/* "pt   at 0x00fe7b000 [  1] -> 0x000364000 present user" */
static void draw_entry(struct see *see, unsigned row, unsigned level)
{
    const struct place *place = see_place(see);
    uint64_t entry = see->tables.path[TABLE_LEVELS - level];
    uint64_t table = table_address(see, level);
    char bits[BITS_SIZE];
    uint8_t colour =
        level == place->level ? process_colour(place->pid) : WORDS_COLOUR;

    unsigned column =
        canvas_print(&see->canvas, 1, row, colour, "%-4s", table_names[level]);
    if (table == 0) {
        canvas_print(&see->canvas, column, row, WORDS_COLOUR, " there is none");
        return;
    }
    column =
        canvas_print(&see->canvas, column, row, colour, " at 0x%010lx  [%3u] ",
                     table, table_index(place->address, level));
    if (entry == 0) {
        canvas_print(&see->canvas, column, row, WORDS_COLOUR, "empty");
        return;
    }
    table_bits(entry, bits, sizeof(bits));
    canvas_put(&see->canvas, column, row, colour, ARROW);
    canvas_print(&see->canvas, column + 1, row, colour, " 0x%010lx %s",
                 table_target(entry, level), bits);
}

/* The level of the entry that ends the walk, if it maps memory; else 0. */
static unsigned leaf_level(const struct see *see)
{
    unsigned level = table_last_level(see->tables.path);
    uint64_t entry = see->tables.path[TABLE_LEVELS - level];

    return table_is_leaf(entry, level) ? level : 0;
}

/* Where the address is in memory. */
static uint64_t memory_of(struct see *see, unsigned level)
{
    uint64_t inside = see_place(see)->address & (table_span(level) - 1);

    return table_target(see->tables.path[TABLE_LEVELS - level], level) + inside;
}

static void draw_memory(struct see *see, unsigned row)
{
    unsigned level = leaf_level(see);
    if (level == 0) {
        canvas_print(&see->canvas, 1, row, BRIGHT | GREY,
                     "no memory is there: a touch is a page fault");
        return;
    }
    uint64_t memory = memory_of(see, level);
    canvas_print(&see->canvas, 1, row, BRIGHT | GREY,
                 "in memory at 0x%010lx, frame %lu of large page %lu", memory,
                 memory / PAGE_SIZE % FRAMES_PER_PAGE,
                 memory / LARGE_PAGE_SIZE);
}

static struct grid_cell cell_of(const struct see *see, unsigned index,
                                const struct place *place)
{
    uint64_t entry = see->tables.entries[index];

    if (index >= see->tables.entry_count) {
        return (struct grid_cell){kind_legends[KIND_KERNEL].letter,
                                  kind_legends[KIND_KERNEL].colour};
    }
    if (entry == 0) {
        return (struct grid_cell){'.', WORDS_COLOUR};
    }
    uint8_t colour = process_colour(place->pid);
    if (!table_is_leaf(entry, place->level)) {
        return (struct grid_cell){'T', colour};
    }
    return (struct grid_cell){
        process_letter(place->pid),
        place->level > 1 ? process_colour_whole(place->pid) : colour};
}

void table_view_draw(struct see *see)
{
    const struct place *place = see_place(see);
    const struct process *process = sample_process(&see->sample, place->pid);
    struct grid_cell cells[GRID_CELLS];
    uint64_t span = table_span(place->level);

    canvas_print(&see->canvas, 1, 0, TITLE_COLOUR, "see: 0x%lx of [%d] %s",
                 place->address, place->pid,
                 process != NULL ? process->name : "has ended");
    if (!see->tables.is_there) {
        canvas_print(&see->canvas, 1, WALK_ROW, WORDS_COLOUR,
                     "nothing says how this address is looked up");
        return;
    }
    for (unsigned level = TABLE_LEVELS; level > 0; level--) {
        draw_entry(see, WALK_ROW + TABLE_LEVELS - level, level);
    }
    draw_memory(see, WALK_ROW + TABLE_LEVELS);
    for (unsigned i = 0; i < GRID_CELLS; i++) {
        cells[i] = cell_of(see, i, place);
    }
    unsigned row =
        grid_draw(see, GRID_ROW, place->address & ~(span * GRID_CELLS - 1),
                  span, cells, table_index(place->address, place->level));
    canvas_print(&see->canvas, 1, row + 1, WORDS_COLOUR,
                 "the %s, an entry is %lu KiB: T leads to a table, %c to "
                 "memory, K is the kernel's",
                 table_names[place->level], span / KIB,
                 process_letter(place->pid));
}

/* Chooses the entry INDEX of the table that is shown. */
static void choose(struct see *see, unsigned index)
{
    struct place *place = see_place(see);
    uint64_t span = table_span(place->level);

    if (index < see->tables.entry_count) {
        place->address =
            (place->address & ~(span * GRID_CELLS - 1)) + index * span;
    }
}

/* Follows the entry: to the table below, or to memory. */
static void go_in(struct see *see)
{
    struct place *place = see_place(see);
    uint64_t entry = see->tables.path[TABLE_LEVELS - place->level];

    if (entry == 0) {
        return;
    }
    if (!table_is_leaf(entry, place->level)) {
        place->level--;
        return;
    }
    uint64_t memory = memory_of(see, place->level);
    if (memory / LARGE_PAGE_SIZE < see->sample.pages) {
        see_enter(see, (struct place){
                           .view = VIEW_PAGE,
                           .page = memory / LARGE_PAGE_SIZE,
                           .frame = memory / PAGE_SIZE % FRAMES_PER_PAGE,
                       });
    }
}

void table_view_key(struct see *see, enum key key)
{
    struct place *place = see_place(see);

    switch (key) {
    case KEY_ENTER:
        go_in(see);
        break;
    case KEY_PAGE_UP:
        place->level += place->level < TABLE_LEVELS ? 1 : 0;
        break;
    case KEY_PAGE_DOWN:
        place->level -=
            place->level > table_last_level(see->tables.path) ? 1 : 0;
        break;
    default:
        choose(see,
               grid_move(see, table_index(place->address, place->level), key));
    }
}
