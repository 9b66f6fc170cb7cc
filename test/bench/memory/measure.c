/* Timing, rounds and medians. */
#include "test/bench/memory/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

#define ROUNDS               5
#define NANOSECONDS_A_SECOND 1000000000ull

static void empty_run(void)
{
}

/* Of all the runs of a round together, a run's `undo` not counted. */
static uint64_t ticks_of_round(const struct bench_case *bench)
{
    uint64_t ticks = 0;

    for (unsigned i = 0; i < bench->runs; i++) {
        uint64_t start = __rdtsc();
        bench->run();
        ticks += __rdtsc() - start;
        if (bench->undo != NULL) {
            bench->undo();
        }
    }
    return ticks;
}

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

/* Of one run, the median of the rounds. */
static double ticks_of_run(const struct bench_case *bench)
{
    double rounds[ROUNDS];

    ticks_of_round(bench); /* what comes only once */
    for (unsigned i = 0; i < ROUNDS; i++) {
        rounds[i] = (double)ticks_of_round(bench) / bench->runs;
    }
    qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
    return rounds[ROUNDS / 2];
}

void measure(const struct bench_case *bench)
{
    const struct bench_case empty = {.run = empty_run, .runs = 1000};
    double overhead = ticks_of_run(&empty);

    if (bench->prepare != NULL) {
        bench->prepare();
    }
    double ticks = ticks_of_run(bench) - overhead;
    if (bench->finish != NULL) {
        bench->finish();
    }
    printf("%s: %.1f\n", bench->name, ticks / bench->units);
    fflush(stdout);
}

static uint64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS_A_SECOND + (uint64_t)now.tv_nsec;
}

void measure_print_frequency(void)
{
    const uint64_t wait = NANOSECONDS_A_SECOND / 5;
    uint64_t start = nanoseconds();
    uint64_t ticks = __rdtsc();
    uint64_t passed;

    do {
        passed = nanoseconds() - start;
    } while (passed < wait);
    ticks = __rdtsc() - ticks;
    printf("ticks a nanosecond: %.4f\n", (double)ticks / (double)passed);
}
