/* mlock and its family. Nothing is ever swapped out here, so locking is a
 * promise that is kept anyway; limits, flags and touching are Linux's. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "mm/aspace_priv.h"

#define LOCK_FLAGS (AREA_LOCKED | AREA_LOCK_ON_FAULT)

/* Linux's mlock_fixup. */
static int lock_part(struct aspace *aspace, struct vma *area, uaddr_t start,
                     uaddr_t end, uint32_t lock, uaddr_t *after)
{
    uint32_t flags = (area->flags & ~LOCK_FLAGS) | lock;

    if (flags == area->flags || (area->flags & AREA_HUGETLB) != 0) {
        *after = area->end;
        return 0;
    }
    return aspace_change(aspace, area, start, end, flags, after);
}

/* Linux's apply_vma_lock_flags. */
static int lock_range(struct aspace *aspace, uaddr_t start, uint64_t length,
                      uint32_t lock)
{
    uaddr_t end = start + length;

    if (end < start) {
        return aspace_refuse(-EINVAL, "the range wraps");
    }
    for (uaddr_t at = start; at < end;) {
        struct vma *area = area_find(&aspace->areas, at);
        if (area == NULL || area->start > at) {
            return aspace_refuse(
                -ENOMEM,
                "a hole in the range: what comes before it is changed");
        }
        int error = lock_part(aspace, area, at, MIN(area->end, end), lock, &at);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static bool can_lock(const struct aspace *aspace)
{
    return aspace->limits.locked != 0 || aspace_user_is_privileged();
}

/* Pages of [start, end) that are locked already (count_mm_mlocked_page_nr). */
static uint64_t count_locked(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    uint64_t pages = 0;
    const struct vma *area = area_find_overlap(&aspace->areas, start, end);

    for (; area != NULL && area->start < end; area = area->next) {
        if ((area->flags & AREA_LOCKED) != 0) {
            pages +=
                (MIN(area->end, end) - MAX(area->start, start)) >> PAGE_SHIFT;
        }
    }
    return pages;
}

static bool is_within_limit(struct aspace *aspace, uaddr_t start,
                            uint64_t length)
{
    uint64_t limit = aspace->limits.locked >> PAGE_SHIFT;
    uint64_t pages = (length >> PAGE_SHIFT) + aspace->areas.totals.locked;

    if (pages > limit && !aspace_user_is_privileged() &&
        start + length > start) {
        pages -= count_locked(aspace, start, start + length);
    }
    return pages <= limit || aspace_user_is_privileged();
}

int aspace_lock(struct aspace *aspace, uaddr_t start, uint64_t length,
                uint32_t flags)
{
    if (!can_lock(aspace)) {
        return aspace_refuse(-EPERM, "RLIMIT_MEMLOCK is 0");
    }
    length = align_up(length + start % PAGE_SIZE, PAGE_SIZE);
    start = align_down(start, PAGE_SIZE);
    if (!is_within_limit(aspace, start, length)) {
        return aspace_refuse(-ENOMEM, "RLIMIT_MEMLOCK is reached");
    }
    int error = lock_range(aspace, start, length, flags);
    if (error != 0) {
        return error;
    }
    error = aspace_populate(aspace, start, start + length, ASPACE_ERRORS_STOP);
    if (error == -ENOMEM) {
        return aspace_refuse(-EAGAIN, "no memory to touch the pages");
    }
    return error == -EFAULT ? -ENOMEM : error;
}

int aspace_unlock(struct aspace *aspace, uaddr_t start, uint64_t length)
{
    length = align_up(length + start % PAGE_SIZE, PAGE_SIZE);
    return lock_range(aspace, align_down(start, PAGE_SIZE), length, 0);
}

/* The flags that MCL_* ask for. */
static uint32_t flags_of(int flags)
{
    return (flags & MCL_ONFAULT) != 0 ? LOCK_FLAGS : AREA_LOCKED;
}

static void lock_all_areas(struct aspace *aspace, uint32_t lock)
{
    for (struct vma *area = aspace->areas.first; area != NULL;) {
        uaddr_t after = area->end;
        /* Linux passes over areas that can't be changed, too. */
        (void)!lock_part(aspace, area, area->start, area->end, lock, &after);
        area = area_find(&aspace->areas, after);
    }
}

int aspace_lock_all(struct aspace *aspace, int flags)
{
    bool is_current = (flags & MCL_CURRENT) != 0;
    bool is_future = (flags & MCL_FUTURE) != 0;
    bool fits = aspace_user_is_privileged() || aspace->areas.totals.pages <=
                                                   aspace->limits.locked >>
                                                   PAGE_SHIFT;

    if (flags != 0 && !can_lock(aspace)) {
        return aspace_refuse(-EPERM, "RLIMIT_MEMLOCK is 0");
    }
    if (is_current && !fits) {
        return aspace_refuse(-ENOMEM,
                             "RLIMIT_MEMLOCK is less than all that is mapped");
    }
    aspace->default_flags = is_future ? flags_of(flags) : 0;
    if (is_current || flags == 0) {
        lock_all_areas(aspace, is_current ? flags_of(flags) : 0);
    }
    if (is_current) {
        aspace_populate(aspace, 0, aspace->end, ASPACE_ERRORS_PASS);
    }
    return 0;
}
