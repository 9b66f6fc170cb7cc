/* A large page: what each of its 512 frames is, and who shows it. */
#include "user/see/see.h"

/* A process's tables, and what the kernel has for itself. */
#define LETTER_TABLE  'T'
#define LETTER_KERNEL 'K'

static struct grid_cell cell_of(const struct sample *sample, unsigned frame)
{
    const struct frame_use *use = &sample->uses[frame];
    enum kind kind = kind_of(sample->states[frame]);

    if (use->pid == 0) {
        bool is_free = kind != KIND_PROGRAM && kind != KIND_PAGE_TABLES;
        const struct kind_legend *legend =
            &kind_legends[is_free ? kind : KIND_KERNEL];
        return (struct grid_cell){legend->letter, legend->colour};
    }
    if (use->run.whose == RUN_TABLE) {
        return (struct grid_cell){LETTER_TABLE, process_colour(use->pid)};
    }
    if (use->users > 1) {
        return (struct grid_cell){LETTER_SEVERAL, BRIGHT | GREY};
    }
    return (struct grid_cell){process_letter(use->pid),
                              use->run.level > 1
                                  ? process_colour_whole(use->pid)
                                  : process_colour(use->pid)};
}

static const char *name_of(const struct sample *sample, int pid)
{
    const struct process *process = sample_process(sample, pid);

    return process != NULL ? process->name : "?";
}

/* A frame that no process shows or has as a table. */
static const char *words_for(uint8_t state)
{
    switch (kind_of(state)) {
    case KIND_FREE:
    case KIND_HELD:
        return "free";
    case KIND_HOLE:
        return "no memory is here";
    case KIND_RESERVED:
        return "the firmware's";
    default:
        return "the kernel's: of its own, or of a file that nobody shows";
    }
}

static void draw_detail(struct see *see, unsigned row)
{
    const struct sample *sample = &see->sample;
    unsigned frame = see_place(see)->frame;
    const struct frame_use *use = &sample->uses[frame];
    unsigned column = canvas_print(
        &see->canvas, 0, row, BRIGHT | GREY, "frame %u, 0x%lx: ", frame,
        see_place(see)->page * LARGE_PAGE_SIZE + frame * PAGE_SIZE);

    if (use->pid == 0) {
        canvas_print(&see->canvas, column, row, WORDS_COLOUR, "%s",
                     words_for(sample->states[frame]));
        return;
    }
    uint8_t colour = process_colour(use->pid);
    if (use->run.whose == RUN_TABLE) {
        canvas_print(&see->canvas, column, row, colour,
                     "the %s of [%d] %s for 0x%lx to 0x%lx",
                     table_names[use->run.level], use->pid,
                     name_of(sample, use->pid), use->run.start, use->run.end);
        return;
    }
    canvas_print(&see->canvas, column, row, colour,
                 "[%d] %s shows it at 0x%lx, %s, %s", use->pid,
                 name_of(sample, use->pid), use->run.start, use->run.rights,
                 run_whose_names[use->run.whose]);
    if (use->users > 1) {
        canvas_print(&see->canvas, column, row + 1, WORDS_COLOUR,
                     "and it is shown at %u more places", use->users - 1);
    }
}

static void draw_counts(struct see *see, unsigned row,
                        const struct grid_cell *cells)
{
    unsigned free = 0;
    unsigned shown = 0;
    for (unsigned i = 0; i < FRAMES_PER_PAGE; i++) {
        shown += see->sample.uses[i].pid != 0 ? 1 : 0;
        free += see->sample.uses[i].pid == 0 &&
                        cells[i].letter == kind_legends[KIND_FREE].letter
                    ? 1
                    : 0;
    }
    canvas_print(&see->canvas, 0, row, WORDS_COLOUR,
                 "%u frames free, %u shown by processes or their tables (T), "
                 "%u the kernel's (K)",
                 free, shown, FRAMES_PER_PAGE - free - shown);
}

void page_view_draw(struct see *see)
{
    struct grid_cell cells[GRID_CELLS];
    const struct place *place = see_place(see);
    enum kind kind = kind_of(see->sample.bytes[place->page]);

    for (unsigned i = 0; i < GRID_CELLS; i++) {
        cells[i] = cell_of(&see->sample, i);
    }
    canvas_print(&see->canvas, 1, 0, TITLE_COLOUR,
                 "see: large page %zu, 0x%lx: %s, %s", place->page,
                 place->page * LARGE_PAGE_SIZE, kind_legends[kind].name,
                 kind_legends[kind].meaning);
    unsigned row = grid_draw(see, 2, place->page * LARGE_PAGE_SIZE, PAGE_SIZE,
                             cells, place->frame);
    draw_detail(see, row + 1);
    draw_counts(see, row + 4, cells);
}

/* Follows the frame to where it is shown, or to what a table is for. */
static void go_in(struct see *see)
{
    const struct frame_use *use = &see->sample.uses[see_place(see)->frame];
    bool is_table = use->run.whose == RUN_TABLE;
    if (use->pid == 0) {
        return;
    }
    see_enter(see, (struct place){
                       .view = VIEW_TABLE,
                       .pid = use->pid,
                       .address = use->run.start,
                       .level = is_table ? use->run.level : 1,
                   });
}

void page_view_key(struct see *see, enum key key)
{
    struct place *place = see_place(see);

    switch (key) {
    case KEY_ENTER:
        go_in(see);
        break;
    case KEY_PAGE_UP:
        place->page -= place->page > 0 ? 1 : 0;
        break;
    case KEY_PAGE_DOWN:
        place->page += place->page + 1 < see->sample.pages ? 1 : 0;
        break;
    default:
        place->frame = grid_move(see, place->frame, key);
    }
}
