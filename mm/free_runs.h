/* Runs of free pages: where COUNT in a row are, found without looking at all.
 *
 * Pages are counted here from the top of memory down, as places: place 0 is
 * the topmost. So the topmost run is the one at the lowest place.
 *
 * Each block of 4096 places has an upper bound of how many free places follow
 * each other from any place in the block on, up to 4096 and reaching into the
 * next block. Each group of 64 blocks has the highest of theirs, and the map
 * has one for all, without that limit. Bounds err only upwards: taking pages
 * leaves them as they are, a release raises them to what it makes possible,
 * and a search that finds nothing in a block lowers the block's. So they hide
 * nothing, and a request above the map's bound can be refused at once.
 */
#pragma once

#include "mm/bit_tree.h"

#define FREE_RUNS_BLOCK 4096 /* places */
#define FREE_RUNS_GROUP 64   /* blocks */
#define FREE_RUNS_NONE  SIZE_MAX

struct free_runs {
    const uint64_t *free; /* level 0 of the tree of free places */
    size_t place_count;   /* a multiple of 64 */
    size_t block_count;
    uint16_t
        *block_bounds; /* [-1] stands before the first, as high as can be */
    uint16_t *group_bounds;
    size_t bound;

    /* No run of hint_count places or more starts before hint_place, and the
     * place just before it is not free: where the last search ended is where
     * the next one begins. */
    size_t hint_count;
    size_t hint_place;

    /* A release from here on raises no bound for the map and moves no hint. */
    size_t quiet_from;
};

/* What is looked for. */
struct free_run_request {
    size_t count;     /* pages in a row, at least 1 */
    size_t alignment; /* of the run's lowest page; a power of two; 1 for any */
    size_t from;      /* the topmost place that it may have */
};

/* Bytes of memory for the bounds of PLACES places. */
size_t free_runs_size(size_t places);

/* Sets all bounds as if all places were free. FREE has one bit a place. */
void free_runs_init(struct free_runs *runs, const uint64_t *free, size_t places,
                    void *memory);

/* The topmost run that fits, as its topmost place, or FREE_RUNS_NONE. Lowers
 * the bounds of what it looked at in vain. */
size_t free_runs_find(struct free_runs *runs,
                      const struct free_run_request *request);

/* Raises the bounds after [PLACE, PLACE + COUNT) became free. */
void free_runs_grow(struct free_runs *runs, size_t place, size_t count);

/* The same for one place. Most of the time nothing can change: a run that
 * starts before the place's block goes through the block before it. */
static inline void free_runs_grow_by_one(struct free_runs *runs, size_t place)
{
    const uint16_t *bound = &runs->block_bounds[place / FREE_RUNS_BLOCK];
    if (bound[0] != FREE_RUNS_BLOCK || bound[-1] != FREE_RUNS_BLOCK ||
        place < runs->quiet_from) {
        free_runs_grow(runs, place, 1);
    }
}

/* Is each bound at least what it bounds? Looks at each place. */
bool free_runs_is_valid(const struct free_runs *runs);
