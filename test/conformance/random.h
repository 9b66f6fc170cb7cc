/* Random operations: drawn from a seed, so the same on both systems as long as
 * the answers are. After each hundred /proc/self/maps is said, and the hash of
 * all that was said is shown. */
#pragma once

#include <stdint.h>

#include "test/conformance/draw.h"

struct random_run {
    uint32_t seed;
    unsigned long count;
    struct range (*operation)(void);  /* of operation.h */
    unsigned long show_from, show_to; /* shown in full, each with all maps
                                         after it; none: both 0 */
};

void random_run(const struct random_run *run);
