/* Measuring from inside: what byte map and frames cost in this kernel. The
 * cases are those of test/bench/instructions.c, which are counted on the host,
 * once more on the memory of the machine that runs.
 *
 * And trying: copies of address spaces, against a plain model.
 *
 * The room owns nothing, and uses mm/ and kernel/base/. Read
 * kernel/bench/bench_memory.c first.
 */
#pragma once

/* With the option `bench=mm`, measures and logs a line a case, `bench: NAME N
 * instructions a pair` (or `a call`), and leaves byte map and frames as they
 * were. Else does nothing.
 *
 * What is counted is ticks of the time-stamp counter. These are instructions
 * under QEMU's `-icount shift=0` alone, where a tick is one; elsewhere they are
 * time. Called before the first program starts, while interrupts are off and
 * nobody else uses memory. */
void bench_memory_run(void);

/* With the option `selftest=copies`, does at random what programs do, in up to
 * 8 address spaces that come from each other by aspace_copy, looks whether each
 * byte is what it would be if nothing were ever shared, and panics where it is
 * not. `seed=` draws other steps. Else does nothing.
 *
 * Called before the first program starts, while nobody else uses memory. */
void copy_test_run(void);
