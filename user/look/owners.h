/* Whose the large pages are: found out by going through the runs of all
 * processes, one process after the other. Pure. */
#pragma once

#include <stddef.h>

#include "user/look/run.h"

/* Of one large page: the process that shows most of its frames. */
struct page_owner {
    int pid; /* 0: none shows any */
    uint32_t frames;
    bool is_several; /* other processes do, too */
};

struct owners {
    size_t count; /* large pages, from address 0 on */
    struct page_owner *pages;
    const uint8_t *bytes; /* of the byte map */

    /* Of the process that is gone through: frames of each page, and which pages
     * have some. */
    uint32_t *frames;
    uint32_t *touched;
    size_t touched_count;
};

/* Nothing is anybody's; all arrays are of COUNT elements, FRAMES are 0. */
void owners_begin(struct owners *owners);

/* Adds a run of a process, and ends with it. A frame that is shown twice counts
 * twice; tables, zeros and what was not touched do not count, nor do files in
 * what the kernel has for itself. */
void owners_add(struct owners *owners, const struct run *run);
void owners_end(struct owners *owners, int pid);
