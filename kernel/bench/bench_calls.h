/* Batches of calls of byte map and frames, and what they take. */
#pragma once

#include "kernel/lib.h"

struct bench_calls;

struct bench_case {
    const char *name;
    void (*batch)(const struct bench_calls *calls, size_t count);
    size_t calls; /* in a round: 2 of a pair, or 1 */
};

/* Batches: pairs of alloc and free, and single calls. COUNT is the number of
 * large pages, where there is one to say. */
void bench_pairs(const struct bench_calls *calls, size_t count);
void bench_frame_pairs(const struct bench_calls *calls, size_t count);
void bench_allocs(const struct bench_calls *calls, size_t count);
void bench_aligned_allocs(const struct bench_calls *calls, size_t count);
void bench_frame_allocs(const struct bench_calls *calls, size_t count);
void bench_free_counts(const struct bench_calls *calls, size_t count);
void bench_largest_run_bounds(const struct bench_calls *calls, size_t count);

/* Logs what a round of SELF takes inside the calls, in ticks of the time-stamp
 * counter: without the loop and what leads to the calls. It is the least of
 * nine batches of a thousand rounds. What the calls return is not looked at:
 * the caller looks at the map afterwards. */
void bench_measure(const struct bench_case *self, size_t count);
