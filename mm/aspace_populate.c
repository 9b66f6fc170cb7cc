/* Touching pages before the program does: MAP_POPULATE, mlock and madvise. */
#include "kernel/abi/errno.h"
#include "mm/aspace_priv.h"

/* Linux's populate_vma_page_range: a private area that can be written is
 * touched as if it were. */
static int populate_area(struct aspace *aspace, const struct vma *area,
                         uaddr_t start, uaddr_t end)
{
    uint32_t flags = area->flags;
    uint32_t access = AREA_READ;

    if ((flags & AREA_LOCK_ON_FAULT) != 0) {
        return 0;
    }
    if ((flags & AREA_RIGHTS) == 0) {
        return -EFAULT;
    }
    if ((flags & (AREA_WRITE | AREA_SHARED)) == AREA_WRITE) {
        access = AREA_WRITE;
    }
    for (uaddr_t at = start; at < end; at += PAGE_SIZE) {
        if (aspace_must_stop_at(at)) {
            return -EINTR;
        }
        int error = aspace_fault(aspace, at, access);
        if (error != 0) {
            return error == -EIO ? -EFAULT : error;
        }
    }
    return 0;
}

int aspace_populate(struct aspace *aspace, uaddr_t start, uaddr_t end,
                    enum aspace_errors errors)
{
    while (start < end) {
        const struct vma *area = area_find_overlap(&aspace->areas, start, end);
        if (area == NULL) {
            return 0;
        }
        if (aspace_must_stop()) {
            return -EINTR;
        }
        uaddr_t area_end = MIN(area->end, end);
        int error =
            populate_area(aspace, area, MAX(start, area->start), area_end);
        if (error != 0 && errors == ASPACE_ERRORS_STOP) {
            return error;
        }
        start = area_end;
    }
    return 0;
}
