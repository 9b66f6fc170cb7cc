/* The operations that random runs are made of. */
#pragma once

#include "test/conformance/draw.h"

/* Draws one operation and does it. Returns a range to touch. */
struct range operation_do(void);

/* Reads, writes or executes a page of RANGE; what is written is VALUE. */
void operation_touch(struct range range, uint32_t value);
