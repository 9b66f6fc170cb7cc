/* Cases to measure, each for the byte map and for the byte loop. */
#pragma once

#include "test/bench/bench_map.h"

#define BENCH_BATCHES 15

/* A round of a case, with both allocators. They return false when the map has
 * no such run, and then the case says nothing. */
struct bench_case {
    const char *name;
    size_t count; /* pages or frames in a row */
    bool (*round)(const struct bench_case *self);
    bool (*loop_round)(const struct bench_case *self, struct byte_loop *loop);
    size_t rounds;  /* in a batch */
    size_t calls;   /* that a round counts for */
    bool is_locked; /* without magazines */
    bool is_churn;  /* on a map that has settled */
};

/* Nanoseconds a call; 0 when the case says nothing. */
struct bench_time {
    double min;
    double median;
};

struct bench_result {
    struct bench_time map;
    struct bench_time loop;
};

/* Pages: on a map with a pattern. Ends with a name of NULL. */
extern const struct bench_case bench_page_cases[];

/* Frames: on an empty map, and where 90 of 100 frames are used. The loop's
 * state is one byte a frame. */
extern const struct bench_case bench_frame_cases[];

/* Uses 9 of 10 frames, or one alone, and chooses those that churn frees. */
void bench_case_prepare_frames(struct byte_loop *loop, bool is_used);

/* Runs the case on the current map and on LOOP (NULL: not at all). */
struct bench_result bench_case_run(const struct bench_case *self,
                                   struct byte_loop *loop);

double bench_now(void);
