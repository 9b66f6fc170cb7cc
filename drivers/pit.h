/* The 8254 timer: a tick on IRQ 0, so that a halted CPU always wakes. */
#pragma once

#include "kernel/lib/types.h"

#define PIT_IRQ              0
#define PIT_HERTZ            1193182u
#define PIT_TICKS_PER_SECOND 100

/* Starts the tick. Returns whether the timer counts: some machines have none.
 * The interrupt comes once IRQ 0 is unmasked. */
bool pit_init(void);

/* Lets channel 2 (the speaker's, silent) count COUNTS at PIT_HERTZ and returns
 * how far the TSC went meanwhile, or 0 when the timer does not count. */
uint64_t pit_measure_tsc(uint16_t counts);
