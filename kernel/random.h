/* Random numbers: for addresses, AT_RANDOM and getrandom. Not for secrets that
 * outlive the machine: seeded from RDRAND where the CPU has it, and the TSC. */
#pragma once

#include "kernel/lib/types.h"

/* Seeds. Called once at boot; until then the numbers are always the same. */
void random_init(void);

void random_bytes(void *to, size_t size);

/* Was `norandmaps` given? */
bool random_is_off(void);

/* A number in [0, LIMIT), LIMIT a power of two; a multiple of PAGE_SIZE in
 * [0, PAGES * PAGE_SIZE). Both are 0 when `norandmaps` was given: for
 * addresses. */
uint64_t random_below(uint64_t limit);
uint64_t random_pages(uint64_t pages);
