/* What pages of an address space show: for whoever wants to look. */
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

/* Whose the memory is that a page shows. */
enum aspace_memory {
    ASPACE_MEMORY_OWN,       /* the address space's alone */
    ASPACE_MEMORY_SHARED,    /* other address spaces own it, too */
    ASPACE_MEMORY_OBJECT,    /* a file's, or shared memory's */
    ASPACE_MEMORY_ZEROS,     /* the frame of zeros */
    ASPACE_MEMORY_UNTOUCHED, /* kept for MAP_HUGETLB */
};

/* Leaves beside each other in one table that show one piece of memory, whose it
 * is and with which rights being the same for all. */
struct aspace_run {
    uaddr_t start;
    uaddr_t end;
    paddr_t memory; /* what START shows */
    unsigned level; /* of the leaves */
    uint64_t bits;  /* PTE_PRESENT, PTE_WRITE and PTE_NX of them */
    enum aspace_memory whose;
};

/* The first run of ASPACE that ends above FROM. False when there is none. Looks
 * at one table at most, beside those on the way. */
bool aspace_next_run(struct aspace *aspace, uaddr_t from,
                     struct aspace_run *run) MUST_CHECK;
