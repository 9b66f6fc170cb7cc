/* Time: since boot by the TSC, and of the day by the RTC. */
#pragma once

#include "kernel/lib.h"

#define NANOSECONDS_PER_SECOND 1000000000ull

/* Finds how fast the TSC runs: from CPUID, else against the PIT, else against
 * the RTC, else 1 GHz is assumed. Says which in the log. Takes 60 ms, where the
 * PIT is dead 2 s (and more when the RTC stands still). clock_nanoseconds gives
 * 0 until then. Stops the PIT's tick: to be called before pit_init. */
void clock_init(void);

/* Time since clock_init, never going back. */
uint64_t clock_nanoseconds(void);

/* Seconds since 1970 by the RTC, taken as UTC, or 0 where there is no RTC: read
 * by clock_init and counted on by the TSC. */
uint64_t clock_seconds_since_1970(void);

/* The same time in nanoseconds, which counts on from the RTC's second. */
uint64_t clock_nanoseconds_since_1970(void);

/* TSC cycles in a second. */
uint64_t clock_tsc_hertz(void);
