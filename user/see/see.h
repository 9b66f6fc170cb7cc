/* see: memory, live, on any terminal. What its files share:
 *
 *     main.c          arguments, signals, ten frames a second
 *     see.c           where one is, and the way there and back
 *     map_view.c      the byte map, the processes, the history
 *     page_view.c     a large page: its 512 frames
 *     process_view.c  a process: its areas
 *     table_view.c    a page table: the walk to it, its 512 entries
 *     grid.c          of these: 512 cells, one of them chosen
 *     sample.c, processes.c, areas.c, tables.c   what /proc says
 *     terminal.c, canvas.c, key.c                the terminal
 *     layout.c, history.c                        where things go
 *     child.c         see -- PROGRAM
 */
#pragma once

#include "user/see/canvas.h"
#include "user/see/child.h"
#include "user/see/history.h"
#include "user/see/key.h"
#include "user/see/layout.h"
#include "user/see/sample.h"
#include "user/see/tables.h"

#define PLACES_MAX   16
#define GRID_CELLS   512u
#define CHOSEN       ((uint8_t)(ON(GREY) | BLACK))
#define TITLE_COLOUR ((uint8_t)(ON(BLUE) | BRIGHT | GREY))
#define WORDS_COLOUR GREY
#define KIB          1024u
#define MIB          (1024u * KIB)

enum view {
    VIEW_MAP,
    VIEW_PAGE,
    VIEW_PROCESS,
    VIEW_TABLE,
    VIEWS,
};

/* Where one is: which view, and what is chosen there. */
struct place {
    enum view view;
    bool is_in_list;  /* VIEW_MAP: in the processes, not in the map */
    size_t page;      /* VIEW_MAP, VIEW_PAGE */
    unsigned frame;   /* VIEW_PAGE */
    int pid;          /* VIEW_MAP, VIEW_PROCESS, VIEW_TABLE */
    unsigned area;    /* VIEW_PROCESS */
    uint64_t address; /* VIEW_TABLE */
    unsigned level;   /* VIEW_TABLE: which of its tables is shown */
};

struct see {
    struct sample sample;
    struct table_sight tables;
    struct canvas canvas;
    struct layout layout;
    struct place places[PLACES_MAX];
    unsigned depth; /* of the place where one is */
    struct history curves[CURVES];
    uint64_t old_faults;
    uint64_t old_free;
    bool is_stopped;
    struct child child;
};

/* The curves. */
enum {
    CURVE_FAULTS,
    CURVE_GIVEN, /* KiB of free memory that were taken */
    CURVE_FREE,  /* KiB */
    CURVE_LONGEST,
};

static inline struct place *see_place(struct see *see)
{
    return &see->places[see->depth];
}

/* Goes into NEXT, and back to where that was done. */
void see_enter(struct see *see, struct place next);
void see_leave(struct see *see);

/* Looks at memory. A frame is also a point of the history. */
void see_look(struct see *see);
void see_frame(struct see *see);

/* Draws the view, and does what KEY means there. */
void see_draw(struct see *see);
void see_key(struct see *see, enum key key);

/* The views. */
void map_view_draw(struct see *see);
void map_view_key(struct see *see, enum key key);
void page_view_draw(struct see *see);
void page_view_key(struct see *see, enum key key);
void process_view_draw(struct see *see);
void process_view_key(struct see *see, enum key key);
void table_view_draw(struct see *see);
void table_view_key(struct see *see, enum key key);

/* The numbers CHOSEN of a grid of GRID_CELLS after KEY. */
unsigned grid_move(const struct see *see, unsigned chosen, enum key key);

/* Draws a grid from ROW on: before each row of it ADDRESS, which grows by STEP
 * a cell. Returns the row behind it. */
struct grid_cell {
    char letter;
    uint8_t colour;
};
unsigned grid_draw(struct see *see, unsigned row, uint64_t address,
                   uint64_t step, const struct grid_cell *cells,
                   unsigned chosen);
