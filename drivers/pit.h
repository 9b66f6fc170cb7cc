/* The 8254 timer: a tick on IRQ 0, so that a halted CPU always wakes. */
#pragma once

#include "kernel/lib.h"

#define PIT_IRQ              0
#define PIT_HERTZ            1193182u
#define PIT_TICKS_PER_SECOND 100

/* Starts the tick. Returns whether the timer counts: some machines have none.
 * The interrupt comes once IRQ 0 is unmasked. */
bool pit_init(void);

/* Counts for PIT_MEASURE_COUNTS (20 ms) or a little more. Returns how many
 * counts it were and in *CYCLES how far the TSC went meanwhile, or 0 when the
 * timer does not count. There is no tick after it until pit_init. */
#define PIT_MEASURE_COUNTS (PIT_HERTZ / 50)
uint64_t pit_measure_tsc(uint64_t *cycles);
