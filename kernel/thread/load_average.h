/* How many threads wanted the CPU, on average over the last 1, 5 and 15
 * minutes, by Linux's rule (kernel/sched/loadavg.c): every five seconds the
 * averages go a little of the way to how many there are. */
#pragma once

#include "kernel/lib.h"

#define LOAD_AVERAGES  3
#define LOAD_SHIFT     11 /* bits behind the point */
#define LOAD_ONE       (1ull << LOAD_SHIFT)
#define LOAD_INTERVAL  5000000000ull /* nanoseconds */

/* Averages do not change any more after as many steps. */
#define LOAD_STEPS_MAX 16384u

extern uint64_t load_averages[LOAD_AVERAGES];

/* It is NOW, in nanoseconds of clock_nanoseconds: at each tick. Of times
 * without a tick it is taken that as many threads wanted the CPU as do now. */
void load_average_tick(uint64_t now);
