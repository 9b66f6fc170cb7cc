/* What one page of an address space shows: for whoever wants to look. */
#pragma once

#include "mm/aspace.h"

struct aspace_page {
    bool is_in_area;
    bool is_of_object; /* else the area's own, or zeros */
    bool is_exclusive; /* no other leaf shows it; zeros never are */
    paddr_t frame;     /* PADDR_NONE: nothing is there */
};

/* Of the page at AT, below the end of ASPACE. */
struct aspace_page aspace_page_at(struct aspace *aspace, uaddr_t at);
