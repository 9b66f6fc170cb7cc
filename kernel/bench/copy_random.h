/* What the test of copies draws. */
#pragma once

#include "kernel/bench/copy_model.h"

/* The same row of numbers for the same SEED. */
void copy_random_begin(uint64_t seed);

/* A number in [0, LIMIT). */
size_t copy_random(size_t limit);

/* A few pages mostly, sometimes many, sometimes whole large pages. */
struct model_range copy_random_range(void);
