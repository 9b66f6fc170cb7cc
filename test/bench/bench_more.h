/* Measurements of their own kind. */
#pragma once

enum bench_what {
    BENCH_PAGES,
    BENCH_FRAMES
};

/* The time of a pair of calls when two CPUs make them at once, against one
 * alone: the best of several runs of either. */
double bench_two_threads(enum bench_what what);

/* Fills PERCENT of a machine with frames and replaces a random one as often as
 * 20 times their number. Returns how many of the pages that could be whole are
 * whole then, in hundredths. */
double bench_turnover(unsigned percent);
