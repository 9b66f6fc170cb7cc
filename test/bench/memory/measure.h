/* Measures what memory calls take, in ticks of the time stamp counter. With
 * QEMU's -icount shift=0 a tick is an instruction. */
#pragma once

#include <stdint.h>

/* What is measured. */
struct bench_case {
    const char *name;
    void (*prepare)(void); /* once, before; or NULL */
    void (*run)(void);     /* is timed; does UNITS operations */
    void (*undo)(void);    /* after each run, not timed; or NULL */
    void (*finish)(void);  /* once, after; or NULL */
    unsigned runs;         /* in a round */
    unsigned units;
};

/* Prints "NAME: TICKS", for one operation: the mean of a round, and of the
 * rounds the median. What it takes to call an empty `run` is subtracted. */
void measure(const struct bench_case *bench);

/* Prints the frequency of the counter, after the cases. */
void measure_print_frequency(void);
