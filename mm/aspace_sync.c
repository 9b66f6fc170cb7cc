/* msync and mincore: what of a file and of memory is where it should be. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"

int aspace_sync(struct aspace *aspace, uaddr_t start, uint64_t length,
                int flags)
{
    uaddr_t end = start + align_up(length, PAGE_SIZE);
    int result = 0;

    if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) != 0 ||
        !is_aligned(start, PAGE_SIZE) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)) {
        return aspace_refuse(-EINVAL,
                             "unknown flags, MS_ASYNC with MS_SYNC, or an "
                             "address that is no multiple of 4096");
    }
    if (end < start) {
        return aspace_refuse(-ENOMEM, "the range wraps");
    }
    while (start < end) {
        const struct vma *area = area_find(&aspace->areas, start);
        if (area == NULL) {
            return aspace_refuse(-ENOMEM, "a hole in the range");
        }
        if (start < area->start) {
            if (flags == MS_ASYNC || area->start >= end) {
                return aspace_refuse(-ENOMEM, "a hole in the range");
            }
            result = -ENOMEM;
        }
        if ((flags & MS_INVALIDATE) != 0 && (area->flags & AREA_LOCKED) != 0) {
            return aspace_refuse(-EBUSY, "MS_INVALIDATE on a locked area");
        }
        start = area->end;
    }
    return result;
}

/* Of the pages [start, end) of AREA. */
static void mark_resident(struct aspace *aspace, const struct vma *area,
                          uaddr_t start, uaddr_t end, uint8_t *answers)
{
    struct page_table_leaf leaf;

    if (area->object != NULL && (area->flags & AREA_HUGETLB) == 0) {
        bool is_secret = !aspace_file_may_be_probed(area->file);
        uint64_t first = area_index(area, start);
        for (size_t i = 0; i < (end - start) >> PAGE_SHIFT; i++) {
            answers[i] =
                is_secret || object_is_resident(area->object, first + i);
        }
    }
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        uaddr_t from = MAX(leaf.start, start);
        uaddr_t to = MIN(page_table_leaf_end(&leaf), end);
        memset(&answers[(from - start) >> PAGE_SHIFT],
               (*leaf.entry & PTE_UNTOUCHED) == 0, (to - from) >> PAGE_SHIFT);
    }
}

size_t aspace_residence(struct aspace *aspace, uaddr_t address, size_t count,
                        uint8_t *answers)
{
    uaddr_t end = address + (count << PAGE_SHIFT);
    uaddr_t at = address;

    memset(answers, 0, count);
    while (at < end) {
        const struct vma *area = area_find(&aspace->areas, at);
        if (area == NULL || area->start > at) {
            break;
        }
        uaddr_t part_end = MIN(area->end, end);
        mark_resident(aspace, area, at, part_end,
                      &answers[(at - address) >> PAGE_SHIFT]);
        at = part_end;
    }
    return (at - address) >> PAGE_SHIFT;
}
