/* MAP_HUGETLB: the byte map, seen from a program. The large pages of a mapping
 * are one contiguous run, taken when it is mapped. */
#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/string.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"

/* Makes the tables first, so that nothing can fail later. Empty ones that a
 * failure leaves are freed with the address space. */
static int make_tables(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    for (uaddr_t at = start; at < end; at += LARGE_PAGE_SIZE) {
        if (page_table_entry(aspace->root, at, 2) == NULL) {
            return aspace_refuse(-ENOMEM, "no memory for page tables");
        }
    }
    return 0;
}

int aspace_map_large_run(struct aspace *aspace, struct vma *area)
{
    size_t count = (area->end - area->start) / LARGE_PAGE_SIZE;

    if (!is_aligned(area->page_offset, FRAMES_PER_LARGE_PAGE)) {
        return aspace_refuse(
            -EINVAL, "MAP_HUGETLB wants an offset that is a multiple of 2 MiB");
    }
    int error = make_tables(aspace, area->start, area->end);
    if (error != 0) {
        return error;
    }
    paddr_t run = byte_map_alloc(count, BYTE_MAP_PROGRAM);
    if (run == PADDR_NONE) {
        return aspace_refuse(-ENOMEM,
                             "no run of free large pages is long enough");
    }
    memset(direct_map(run), 0, count * LARGE_PAGE_SIZE);
    for (size_t i = 0; i < count; i++) {
        uaddr_t at = area->start + i * LARGE_PAGE_SIZE;
        uint64_t *entry = page_table_entry(aspace->root, at, 2);
        ASSERT(entry != NULL && *entry == 0);
        aspace_set_large_leaf(aspace, area, entry, run + i * LARGE_PAGE_SIZE);
    }
    aspace->has_huge = true;
    area->flags &= ~(AREA_LOCKED | AREA_LOCK_ON_FAULT);
    return 0;
}
