/* What of an address space is in memory: for whoever wants to show it. */
#pragma once

#include "mm/aspace.h"
#include "mm/page_table.h"

/* Bits behind the point of parts of a page: Linux's PSS_SHIFT, but of pages. */
#define USAGE_PART_SHIFT 24

/* In pages; the zero frame is not counted. */
struct aspace_usage {
    uint64_t resident;  /* all but `huge` */
    uint64_t anonymous; /* of it: without a file, or a written copy of one */
    uint64_t shared_memory; /* of it: of shared memory */
    uint64_t large;         /* of it: in large pages */
    uint64_t dirty;         /* of it: with no other copy anywhere */
    uint64_t referenced;    /* of it: the CPU has used it */
    uint64_t shared;        /* of it: others show it, too */
    uint64_t shared_dirty;  /* of that: dirty */
    uint64_t part;          /* a page that N show counts 1/N: in 1/2^24 */
    uint64_t part_dirty;
    uint64_t part_anonymous;
    uint64_t part_shared_memory;
    uint64_t part_locked;
    uint64_t huge;        /* of MAP_HUGETLB, and touched, */
    uint64_t huge_shared; /* and of that what others show, too */
};

/* Adds to USAGE what AREA, or what all areas, have in memory. Looks at each
 * leaf, and at who else shows it, but that of the areas that show an object no
 * more than USAGE_AREAS_MAX are looked at for a page. */
#define USAGE_AREAS_MAX 256
void aspace_usage_add(struct aspace *aspace, const struct vma *area,
                      struct aspace_usage *usage);
void aspace_usage_add_all(struct aspace *aspace, struct aspace_usage *usage);

/* How many leaves show what LEAF of AREA does, which is not the frame of zeros;
 * with the same limit. */
uint64_t aspace_leaf_users(const struct vma *area,
                           const struct page_table_leaf *leaf);

/* The same of a LEAF that is not BORROWED, at once. */
uint64_t aspace_leaf_owners(const struct page_table_leaf *leaf);

/* Frames that its page tables take, the root apart: Linux's VmPTE. */
uint64_t aspace_table_frames(const struct aspace *aspace);
