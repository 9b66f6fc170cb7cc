/* Objects of shared MAP_HUGETLB memory: of the pool's large pages
 * (mm/huge_pool.h), each under the number of its first page of 4 KiB. */
#pragma once

#include "mm/object.h"

/* An object of BYTES with one reference, for the pages [first, end). With
 * OBJECT_RESERVED they are set aside in the pool now. NULL when the pool or
 * memory has not enough. */
enum object_reserve {
    OBJECT_RESERVED,
    OBJECT_UNRESERVED,
};
struct memory_object *object_create_huge(uint64_t bytes, uint64_t first,
                                         uint64_t end,
                                         enum object_reserve reserve);

/* The large page at INDEX, a multiple of FRAMES_PER_LARGE_PAGE, which is made
 * if there is none. Returns 0; -EIO behind the end, or where the pool has none;
 * or -ENOMEM. */
int object_huge_page(struct memory_object *object, uint64_t index,
                     paddr_t *page) MUST_CHECK;

/* The pages [first, end) are going to be zeros, as by object_remove; what is
 * only a part of a large page is made zero now. Returns 0. */
int object_huge_remove(struct memory_object *object, uint64_t first,
                       uint64_t end, struct list *removals) MUST_CHECK;
