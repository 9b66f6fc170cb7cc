/* MAP_HUGETLB: the byte map, seen from a program. The large pages of a mapping
 * are one contiguous run, taken when it is mapped. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"

static void free_run(paddr_t run, size_t count)
{
    int error = byte_map_free(run, count);
    ASSERT_CMP(error, ==, 0);
}

/* Makes the tables, so that nothing can fail later, or none at all. */
static int make_tables(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    for (uaddr_t at = start; at < end; at += LARGE_PAGE_SIZE) {
        struct page_table_leaf leaf;
        if (!page_table_entry(aspace->root, at, 2, &leaf)) {
            aspace_free_tables(aspace, start, end);
            return aspace_refuse(-ENOMEM, "no memory for page tables");
        }
    }
    return 0;
}

/* Returns false when the process ends on the way. */
static bool clear_run(paddr_t run, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (aspace_must_stop()) {
            return false;
        }
        memset(direct_map(run + i * LARGE_PAGE_SIZE), 0, LARGE_PAGE_SIZE);
    }
    return true;
}

int aspace_map_large_run(struct aspace *aspace, struct vma *area)
{
    size_t count = (area->end - area->start) / LARGE_PAGE_SIZE;

    if (!is_aligned(area->page_offset, FRAMES_PER_LARGE_PAGE)) {
        return aspace_refuse(
            -EINVAL, "MAP_HUGETLB wants an offset that is a multiple of 2 MiB");
    }
    paddr_t run = byte_map_alloc(count, BYTE_MAP_PROGRAM);
    if (run == PADDR_NONE) {
        return aspace_refuse(-ENOMEM,
                             "no run of free large pages is long enough");
    }
    int error = make_tables(aspace, area->start, area->end);
    if (error != 0) {
        free_run(run, count);
        return error;
    }
    if (!clear_run(run, count)) {
        aspace_free_tables(aspace, area->start, area->end);
        free_run(run, count);
        return -EINTR;
    }
    for (size_t i = 0; i < count; i++) {
        uaddr_t at = area->start + i * LARGE_PAGE_SIZE;
        struct page_table_leaf leaf;
        bool is_there = page_table_entry(aspace->root, at, 2, &leaf);
        ASSERT(is_there);
        aspace_set_large_leaf(aspace, &leaf, run + i * LARGE_PAGE_SIZE,
                              aspace_leaf_bits(area->flags));
    }
    aspace->has_huge = true;
    area->flags &= ~(AREA_LOCKED | AREA_LOCK_ON_FAULT);
    return 0;
}
