/* The load average. */
#include "kernel/thread/load_average.h"

#include "kernel/thread/schedule.h"

uint64_t load_averages[LOAD_AVERAGES];

/* What stays of each average in a step, in parts of LOAD_ONE: e to the power of
 * minus 5 seconds in 1, 5 and 15 minutes. */
static const uint64_t stays[LOAD_AVERAGES] = {1884, 2014, 2037};

/* As on Linux an average that grows is rounded up, so that it arrives. */
static uint64_t step(uint64_t load, uint64_t stay, uint64_t wanted)
{
    uint64_t sum = load * stay + wanted * (LOAD_ONE - stay);

    return (wanted >= load ? sum + LOAD_ONE - 1 : sum) / LOAD_ONE;
}

static void step_all(uint64_t wanted)
{
    for (size_t i = 0; i < LOAD_AVERAGES; i++) {
        load_averages[i] = step(load_averages[i], stays[i], wanted);
    }
}

void load_average_tick(uint64_t now)
{
    static uint64_t next = LOAD_INTERVAL;

    if (now < next) {
        return;
    }
    uint64_t steps = 1 + (now - next) / LOAD_INTERVAL;
    uint64_t wanted = schedule_running_count() * LOAD_ONE;
    next += steps * LOAD_INTERVAL;
    for (uint64_t i = 0; i < MIN(steps, (uint64_t)LOAD_STEPS_MAX); i++) {
        step_all(wanted);
    }
}
