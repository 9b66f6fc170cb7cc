/* Random numbers: for addresses, AT_RANDOM, getrandom and /dev/urandom. One
 * stream of ChaCha20 (kernel/base/chacha20.h), keyed from RDSEED and RDRAND
 * where the CPU has them, and from the clocks. Where it has neither, the clocks
 * alone can be guessed. */
#pragma once

#include "kernel/lib.h"

/* Keys the stream. Called once at boot, when the clock runs; until then the
 * numbers are always the same, and with the option `seed` they stay so. */
void random_init(void);

void random_bytes(void *to, size_t size);

/* A number in [0, LIMIT); LIMIT is a power of two. */
uint64_t random_below(uint64_t limit);
