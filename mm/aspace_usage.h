/* What of an address space is in memory: for whoever wants to show it. */
#pragma once

#include "mm/aspace.h"

/* In pages; the zero frame is not counted. */
struct aspace_usage {
    uint64_t resident;   /* all but `huge` */
    uint64_t anonymous;  /* of it: without a file, or a written copy of one */
    uint64_t large;      /* of it: in large pages */
    uint64_t dirty;      /* of it: with no other copy anywhere */
    uint64_t referenced; /* of it: the CPU has used it */
    uint64_t huge;       /* of MAP_HUGETLB */
};

/* Adds to USAGE what AREA, or what all areas, have in memory. Looks at each
 * leaf. */
void aspace_usage_add(struct aspace *aspace, const struct vma *area,
                      struct aspace_usage *usage);
void aspace_usage_add_all(struct aspace *aspace, struct aspace_usage *usage);
