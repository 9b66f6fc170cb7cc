/* Maps to measure: the byte map laid out for a machine of some size and filled
 * in some pattern, and a byte loop with the same pages free. The byte map is
 * one, so there is one map at a time. */
#pragma once

#include "mm/byte_map_priv.h"
#include "test/bench/byte_loop.h"

enum bench_pattern {
    BENCH_EMPTY,
    BENCH_RANDOM_50, /* that many hundredths are used, at random */
    BENCH_RANDOM_99,
    BENCH_RANDOM_9999,
    BENCH_CLUSTERED_99, /* runs of 1 to 600 free pages */
    BENCH_CHECKERBOARD,
    BENCH_BOTTOM, /* only the lowest 512 are free, or a quarter */
    BENCH_FULL,
    BENCH_PATTERNS
};

extern const char *const bench_pattern_names[BENCH_PATTERNS];

struct bench_map {
    size_t page_count;
    enum bench_pattern pattern;
    void *metadata;
    struct byte_loop loop;
};

/* Makes a map of PAGES, and ends it. */
void bench_map_make(struct bench_map *map, size_t pages,
                    enum bench_pattern pattern);
void bench_map_end(struct bench_map *map);

/* Replaces random pages, as a machine does that has run for some time, until
 * the free ones have gone down to where they stay; the loop's state follows. */
void bench_map_settle(struct bench_map *map);

/* A number in [0, LIMIT). */
uint64_t bench_random(uint64_t limit);
