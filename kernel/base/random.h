/* Random numbers: for addresses, AT_RANDOM and getrandom. Not for secrets that
 * outlive the machine: seeded from RDRAND where the CPU has it, and the TSC. */
#pragma once

#include "kernel/lib/types.h"

/* Seeds. Called once at boot; until then the numbers are always the same. */
void random_init(void);

void random_bytes(void *to, size_t size);

/* A number in [0, LIMIT); LIMIT is a power of two. */
uint64_t random_below(uint64_t limit);
