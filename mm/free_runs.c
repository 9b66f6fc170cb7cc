/* Runs of free pages: bounds and search. */
#include "mm/free_runs.h"

#include "kernel/lib.h"

static size_t block_count(size_t places)
{
    return (places + FREE_RUNS_BLOCK - 1) / FREE_RUNS_BLOCK;
}

static size_t group_count(size_t places)
{
    return (block_count(places) + FREE_RUNS_GROUP - 1) / FREE_RUNS_GROUP;
}

size_t free_runs_size(size_t places)
{
    return (1 + block_count(places) + group_count(places)) * sizeof(uint16_t);
}

void free_runs_init(struct free_runs *runs, const uint64_t *free, size_t places,
                    void *memory)
{
    uint16_t *bounds = memory;
    ASSERT_CMP(places % 64, ==, 0u);
    *runs = (struct free_runs){
        .free = free,
        .place_count = places,
        .block_count = block_count(places),
        .block_bounds = bounds + 1,
        .group_bounds = bounds + 1 + block_count(places),
        .bound = places,
        .hint_count = SIZE_MAX,
    };
    for (size_t i = 0; i < free_runs_size(places) / sizeof(*bounds); i++) {
        bounds[i] = FREE_RUNS_BLOCK;
    }
}

/* How many places in a row are free just before PLACE; stops at LIMIT. */
static size_t free_before(const struct free_runs *runs, size_t place,
                          size_t limit)
{
    size_t count = 0;
    while (count < limit && count < place) {
        size_t last = place - count - 1;
        uint64_t gaps = ~runs->free[last / 64] << (63 - last % 64);
        if (gaps != 0) {
            return MIN(limit, count + (size_t)__builtin_clzll(gaps));
        }
        count += last % 64 + 1;
    }
    return MIN(limit, count);
}

/* How many places in a row are free from PLACE on; stops at LIMIT. */
static size_t free_after(const struct free_runs *runs, size_t place,
                         size_t limit)
{
    size_t count = 0;
    while (count < limit && place + count < runs->place_count) {
        size_t first = place + count;
        uint64_t gaps = ~runs->free[first / 64] >> (first % 64);
        if (gaps != 0) {
            return MIN(limit, count + (size_t)__builtin_ctzll(gaps));
        }
        count += 64 - first % 64;
    }
    return MIN(limit, count);
}

static void raise_to(uint16_t *bound, uint16_t value)
{
    if (*bound < value) {
        *bound = value;
    }
}

static void raise_bound(struct free_runs *runs, size_t block, size_t length)
{
    uint16_t bound = (uint16_t)MIN(length, (size_t)FREE_RUNS_BLOCK);
    raise_to(&runs->block_bounds[block], bound);
    raise_to(&runs->group_bounds[block / FREE_RUNS_GROUP], bound);
}

/* The highest bound in GROUP, which is at most KNOWN. From the end, because
 * the blocks that a search has not seen yet are there. */
static uint16_t highest_bound(const struct free_runs *runs, size_t group,
                              uint16_t known)
{
    size_t first = group * FREE_RUNS_GROUP;
    uint16_t highest = 0;
    for (size_t i = MIN(first + FREE_RUNS_GROUP, runs->block_count);
         i-- > first && highest < known;) {
        raise_to(&highest, runs->block_bounds[i]);
    }
    return highest;
}

static void lower_bound(struct free_runs *runs, size_t block, size_t length)
{
    uint16_t before = runs->block_bounds[block];
    uint16_t *group = &runs->group_bounds[block / FREE_RUNS_GROUP];
    if (length >= before) {
        return;
    }
    runs->block_bounds[block] = (uint16_t)length;
    if (before == *group) {
        *group = highest_bound(runs, block / FREE_RUNS_GROUP, before);
    }
}

/* Are the bounds of blocks [FIRST, LAST] as high as they can be? */
static bool is_at_limit(const struct free_runs *runs, size_t first, size_t last)
{
    while (first < last && runs->block_bounds[first] == FREE_RUNS_BLOCK) {
        first++;
    }
    return runs->block_bounds[first] == FREE_RUNS_BLOCK;
}

/* Raises the bounds of the blocks that the run around [PLACE, END) starts in
 * or goes through. Returns its length, measured up to the limit each way. */
static size_t raise_bounds(struct free_runs *runs, size_t place, size_t end)
{
    size_t last = (end - 1) / FREE_RUNS_BLOCK;
    size_t start = place - free_before(runs, place, FREE_RUNS_BLOCK);
    end += free_after(runs, end, FREE_RUNS_BLOCK);
    for (size_t block = start / FREE_RUNS_BLOCK; block <= last; block++) {
        raise_bound(runs, block, end - MAX(start, block * FREE_RUNS_BLOCK));
    }
    return end - start;
}

/* Sets the map's bound, and what follows from it and from the hint. */
static void set_bound(struct free_runs *runs, size_t bound)
{
    __atomic_store_n(&runs->bound, bound, __ATOMIC_RELAXED);
    runs->quiet_from = bound < runs->place_count ? SIZE_MAX : runs->hint_place;
}

void free_runs_grow(struct free_runs *runs, size_t place, size_t count)
{
    size_t end = place + count;
    size_t first = place < FREE_RUNS_BLOCK ? 0 : place / FREE_RUNS_BLOCK - 1;
    size_t length = FREE_RUNS_BLOCK;
    ASSERT_CMP(place, <, end);
    ASSERT_CMP(end, <=, runs->place_count);
    if (!is_at_limit(runs, first, (end - 1) / FREE_RUNS_BLOCK)) {
        length = raise_bounds(runs, place, end);
    }
    if (length >= FREE_RUNS_BLOCK) {
        length = 2 * runs->bound + count; /* two longest runs, joined */
    }
    if (place < runs->hint_place &&
        (length >= runs->hint_count || end + length >= runs->hint_place)) {
        runs->hint_place = 0; /* the run is long, or may reach the place */
    }
    set_bound(runs, MIN(MAX(runs->bound, length), runs->place_count));
}

/* The first block from BLOCK on whose bound allows LENGTH. */
static size_t next_candidate(const struct free_runs *runs, size_t block,
                             size_t length)
{
    length = MIN(length, (size_t)FREE_RUNS_BLOCK);
    while (block < runs->block_count && runs->block_bounds[block] < length) {
        size_t group = block / FREE_RUNS_GROUP;
        block++;
        if (runs->group_bounds[group] < length) {
            block = (group + 1) * FREE_RUNS_GROUP;
        }
    }
    return MIN(block, runs->block_count);
}

/* The topmost place for REQUEST in the free places [START, END). */
static size_t fit(const struct free_runs *runs,
                  const struct free_run_request *request, size_t start,
                  size_t end)
{
    /* Alignment is that of page numbers, which end where places begin. */
    size_t place = runs->place_count -
                   align_down(runs->place_count - start, request->alignment);
    return place + request->count <= end ? place : FREE_RUNS_NONE;
}

/* Where in a word runs of COUNT (up to 64) start that lie in it whole. */
static uint64_t starts_in(uint64_t bits, size_t count)
{
    for (size_t left = count - 1, have = 1; left > 0;) {
        size_t step = MIN(left, have);
        bits &= bits >> step;
        have += step;
        left -= step;
    }
    return bits;
}

/* Looks for a fit in the word at place AT. *RUN is the number of free places
 * just before AT and then just before the next word. */
static inline size_t find_in_word(const struct free_runs *runs,
                                  const struct free_run_request *request,
                                  size_t at, uint64_t bits, size_t *run)
{
    size_t start = at - *run;
    if (bits == ~0ull) {
        *run += 64;
        return *run < request->count ? FREE_RUNS_NONE
                                     : fit(runs, request, start, at + 64);
    }
    size_t head = (size_t)__builtin_ctzll(~bits);
    *run = (size_t)__builtin_clzll(~bits);
    if (at + head - start >= request->count) {
        size_t found = fit(runs, request, start, at + head);
        if (found != FREE_RUNS_NONE) {
            return found;
        }
    }
    if (request->count > 64) {
        return FREE_RUNS_NONE;
    }
    uint64_t starts = starts_in(bits, request->count);
    if (request->alignment > 1) {
        ASSERT_CMP(request->alignment, <=, 64u);
        starts &= ~0ull / (~0ull >> (64 - request->alignment));
    }
    return starts == 0 ? FREE_RUNS_NONE : at + (size_t)__builtin_ctzll(starts);
}

/* The same for the words of a block. */
static size_t find_in_block(const struct free_runs *runs,
                            const struct free_run_request *request,
                            size_t block, size_t *run)
{
    size_t first = block * FREE_RUNS_BLOCK;
    size_t end = MIN(first + FREE_RUNS_BLOCK, runs->place_count);
    size_t found = FREE_RUNS_NONE;
    size_t at = MAX(first, align_down(request->from, 64));
    for (; at < end && found == FREE_RUNS_NONE; at += 64) {
        uint64_t bits = runs->free[at / 64];
        if (at < request->from) {
            bits &= ~0ull << (request->from % 64);
        }
        if (bits == 0) {
            *run = 0;
            continue;
        }
        found = find_in_word(runs, request, at, bits, run);
    }
    return found;
}

/* Lowers the bounds of blocks [FIRST, END): nothing that fits starts there.
 * Returns the first that is not settled. A search for an aligned run settles
 * nothing, because it passes longer ones by. */
static size_t settle(struct free_runs *runs, size_t first, size_t end,
                     const struct free_run_request *request)
{
    for (; first < end && request->alignment == 1; first++) {
        lower_bound(runs, first, request->count - 1);
    }
    return first;
}

/* The topmost run from the place in the request on. */
static size_t search(struct free_runs *runs,
                     const struct free_run_request *request)
{
    size_t run = 0;
    size_t block =
        next_candidate(runs, request->from / FREE_RUNS_BLOCK, request->count);
    /* The first block that was searched whole and is not settled: the run that
     * goes on from it may still turn out to fit. */
    size_t open =
        MAX(block, (request->from + FREE_RUNS_BLOCK - 1) / FREE_RUNS_BLOCK);
    while (block < runs->block_count) {
        size_t found = find_in_block(runs, request, block, &run);
        if (found != FREE_RUNS_NONE) {
            return found;
        }
        block++;
        if (run == 0 || block == runs->block_count) {
            settle(runs, open, block, request);
            block = next_candidate(runs, block, request->count);
            open = block;
            run = 0;
        } else {
            size_t start = block * FREE_RUNS_BLOCK - run;
            open = settle(runs, open, start / FREE_RUNS_BLOCK, request);
        }
    }
    return FREE_RUNS_NONE;
}

size_t free_runs_find(struct free_runs *runs,
                      const struct free_run_request *request)
{
    struct free_run_request rest = *request;
    ASSERT_CMP(request->count, >, 0u);
    ASSERT(is_power_of_two(request->alignment));
    if (request->from > 0 || request->alignment > 1) {
        return search(runs, request);
    }
    if (request->count >= runs->hint_count) {
        rest.from = runs->hint_place;
    }
    size_t found = search(runs, &rest);
    size_t bound = runs->bound;
    runs->hint_count = request->count;
    runs->hint_place = MIN(found, runs->place_count);
    if (found == FREE_RUNS_NONE) {
        bound = MIN(bound, request->count - 1);
    }
    set_bound(runs, bound);
    return found;
}

bool free_runs_is_valid(const struct free_runs *runs)
{
    size_t run = 0;
    for (size_t place = runs->place_count; place-- > 0;) {
        size_t block = place / FREE_RUNS_BLOCK;
        bool is_free = (runs->free[place / 64] & BIT(place % 64)) != 0;
        run = is_free ? run + 1 : 0;
        if (place < runs->hint_place && run >= runs->hint_count) {
            return false;
        }
        uint16_t bound = runs->block_bounds[block];
        if (run > runs->bound || MIN(run, (size_t)FREE_RUNS_BLOCK) > bound ||
            bound > runs->group_bounds[block / FREE_RUNS_GROUP]) {
            return false;
        }
    }
    return true;
}
