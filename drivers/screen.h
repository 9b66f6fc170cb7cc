/* A screen of cells, kept in memory, of which only what has changed is drawn.
 *
 * Changes are made in `cells`; screen_show draws the difference to `shown`,
 * what the display has. So scrolling moves memory, not pixels, and text that
 * scrolls by within one write is never drawn.
 */
#pragma once

#include "drivers/display.h"

/* As many as a screen of 1920 x 1200 pixels has; framebuffers with more get a
 * larger font. */
#define SCREEN_CELLS_MAX       (240u * 75u)

/* What has scrolled away and is kept: 400 rows of 80 columns, or fewer longer
 * ones. */
#define SCREEN_HISTORY_CELLS   (80u * 400u)

/* The size of a screen without a display. */
#define SCREEN_DEFAULT_COLUMNS 80u
#define SCREEN_DEFAULT_ROWS    25u

struct screen_cursor {
    unsigned column;
    unsigned row;
    bool is_visible;
};

struct screen {
    struct display display; /* driver is NULL while there is none */
    unsigned columns;
    unsigned rows;

    /* Rows [dirty_start, dirty_end) may differ from what is shown. */
    unsigned dirty_start;
    unsigned dirty_end;

    struct screen_cursor cursor; /* as shown */

    /* A ring of the rows that went away at the top, and how far back in it the
     * rows begin that are shown. */
    struct cell history[SCREEN_HISTORY_CELLS];
    unsigned history_next;  /* the row that the next one replaces */
    unsigned history_count; /* rows */
    unsigned back;
    struct cell cells[SCREEN_CELLS_MAX];
    struct cell shown[SCREEN_CELLS_MAX];
};

/* A screen of the default size without a display, filled with BLANK. */
void screen_init(struct screen *screen, struct cell blank);

/* Gives the screen a display and its size; of a display with too many cells,
 * the upper left part is used. Keeps the rows down to LAST_ROW, as far as they
 * fit, the last ones first, and fills the rest with BLANK. Returns how many
 * rows went away at the top. */
unsigned screen_set_display(struct screen *screen,
                            const struct display *display, unsigned last_row,
                            struct cell blank);

/* COUNT cells from COLUMN of ROW on, in reading order, become CELL. */
void screen_fill(struct screen *screen, unsigned column, unsigned row,
                 size_t count, struct cell cell);

/* Copies COUNT cells of ROW (they may overlap) within it. */
void screen_copy_cells(struct screen *screen, unsigned row, unsigned to,
                       unsigned from, unsigned count);

/* Keeps the first COUNT rows, which are about to scroll away. */
void screen_keep_rows(struct screen *screen, unsigned count);

/* Shows what is ROWS further back, or less far where that is negative, as far
 * as it is kept. */
void screen_scroll_back(struct screen *screen, int rows);

/* Copies COUNT rows (they may overlap). */
void screen_copy_rows(struct screen *screen, unsigned to, unsigned from,
                      unsigned count);

/* Draws what has changed, and the cursor. */
void screen_show(struct screen *screen, const struct screen_cursor *cursor);

/* Checks the invariants. Returns NULL, or the rule that is broken. */
const char *screen_validate(const struct screen *screen);
