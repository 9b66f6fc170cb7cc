/* Fault injection: an allocation fails because a test wants it to, so that what
 * comes of it can be seen for each that there is. As Linux's
 * /proc/self/fail-nth (Documentation/fault-injection).
 *
 * What counts as an allocation: a frame, a run of large pages, a node of a tree
 * of areas, a small structure of the kernel's. As long as one is going to fail,
 * nothing comes from what is kept for next time, so that the same program
 * counts the same each time. Without that, an allocation that is at hand costs
 * nothing more.
 *
 * For one CPU.
 */
#pragma once

#include "kernel/lib.h"

/* How many allocations there are until one fails, that one counted; 0 when none
 * is going to. Set by fault_injection_set alone. */
extern uint32_t fault_injection_left;

/* The NTH allocation from now on fails, and no other; with 0 none does. */
void fault_injection_set(uint32_t nth);

/* For allocators: does this allocation fail? */
bool fault_injection_strikes(void);
