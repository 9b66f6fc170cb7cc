/* madvise. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/object_huge.h"

#define READING_FLAGS (AREA_RANDOM | AREA_SEQUENTIAL)
#define HUGE_FLAGS    (AREA_HUGEPAGE | AREA_NOHUGEPAGE)

/* Advice that is a flag of the area: what it clears, and what it sets. */
struct flag_advice {
    int advice;
    uint32_t clear;
    uint32_t set;
};

static const struct flag_advice flag_advices[] = {
    {MADV_NORMAL, READING_FLAGS, 0},
    {MADV_RANDOM, READING_FLAGS, AREA_RANDOM},
    {MADV_SEQUENTIAL, READING_FLAGS, AREA_SEQUENTIAL},
    {MADV_DONTFORK, 0, AREA_DONTFORK},
    {MADV_DOFORK, AREA_DONTFORK, 0},
    {MADV_WIPEONFORK, 0, AREA_WIPEONFORK},
    {MADV_KEEPONFORK, AREA_WIPEONFORK, 0},
    {MADV_DONTDUMP, 0, AREA_DONTDUMP},
    {MADV_DODUMP, AREA_DONTDUMP, 0},
    {MADV_MERGEABLE, 0, AREA_MERGEABLE},
    {MADV_UNMERGEABLE, AREA_MERGEABLE, 0},
    {MADV_HUGEPAGE, HUGE_FLAGS, AREA_HUGEPAGE},
    {MADV_NOHUGEPAGE, HUGE_FLAGS, AREA_NOHUGEPAGE},
};

static const struct flag_advice *find_flag_advice(int advice)
{
    for (size_t i = 0; i < ARRAY_COUNT(flag_advices); i++) {
        if (flag_advices[i].advice == advice) {
            return &flag_advices[i];
        }
    }
    return NULL;
}

static bool is_known(int advice)
{
    switch (advice) {
    case MADV_WILLNEED:
    case MADV_DONTNEED:
    case MADV_DONTNEED_LOCKED:
    case MADV_FREE:
    case MADV_REMOVE:
    case MADV_COLD:
    case MADV_PAGEOUT:
    case MADV_POPULATE_READ:
    case MADV_POPULATE_WRITE:
    case MADV_COLLAPSE:
        return true;
    default:
        return find_flag_advice(advice) != NULL;
    }
}

static int change_flags(struct aspace *aspace, struct vma *area, uaddr_t start,
                        uaddr_t end, const struct flag_advice *advice,
                        uaddr_t *after)
{
    uint32_t flags = (area->flags & ~advice->clear) | advice->set;

    if (advice->set == AREA_WIPEONFORK &&
        (area->file != NULL || !area_is_anonymous(area))) {
        return aspace_refuse(-EINVAL,
                             "MADV_WIPEONFORK is for private anonymous memory");
    }
    if (advice->set == AREA_MERGEABLE &&
        (area->flags & (AREA_MAY_SHARE | AREA_HUGETLB)) != 0) {
        flags = area->flags;
    }
    if (flags == area->flags) {
        *after = area->end;
        return 0;
    }
    int error = aspace_change(aspace, area, start, end, flags, after);
    return error == -ENOMEM ? -EAGAIN : error;
}

/* Throws away what the pages of [start, end) hold. */
static int discard(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    int error = aspace_cut(aspace, start);
    if (error == 0) {
        error = aspace_cut(aspace, end);
    }
    if (error == 0) {
        aspace_release(aspace, start, end);
    }
    return error;
}

/* Of MAP_HUGETLB whole large pages alone go (Linux's
 * madvise_dontneed_free_valid_vma); of private ones what was only reserved
 * remains so. */
static int discard_huge(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    if (!is_aligned(start, LARGE_PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "the range begins in a MAP_HUGETLB page");
    }
    end = align_down(end, LARGE_PAGE_SIZE);
    if (start < end) {
        aspace_huge_discard(aspace, start, end);
    }
    return 0;
}

/* MADV_DONTNEED and MADV_DONTNEED_LOCKED. */
static int discard_part(struct aspace *aspace, const struct vma *area,
                        uaddr_t start, uaddr_t end)
{
    return (area->flags & AREA_HUGETLB) != 0 ? discard_huge(aspace, start, end)
                                             : discard(aspace, start, end);
}

/* MADV_REMOVE: the file itself loses the pages; object_finish_removals takes
 * them from all its mappings. */
static int remove_pages(const struct vma *area, uaddr_t start, uaddr_t end,
                        struct list *removals)
{
    const uint32_t shared = AREA_SHARED | AREA_MAY_WRITE;
    bool is_huge = (area->flags & AREA_HUGETLB) != 0;

    if ((area->flags & AREA_LOCKED) != 0 || (area->file == NULL && !is_huge)) {
        return aspace_refuse(-EINVAL,
                             "MADV_REMOVE wants a file that is not locked");
    }
    if ((area->flags & shared) != shared) {
        return aspace_refuse(
            -EACCES, "MADV_REMOVE wants a shared mapping that may be written");
    }
    return (is_huge ? object_huge_remove : object_remove)(
        area->object, area_index(area, start), area_index(area, end), removals);
}

/* MADV_POPULATE_READ and _WRITE. */
static int populate(struct aspace *aspace, const struct vma *area,
                    uaddr_t start, uaddr_t end, uint32_t access)
{
    if ((area->flags & access) == 0) {
        return aspace_refuse(-EINVAL, "the area does not allow the access");
    }
    for (uaddr_t at = start; at < end; at += PAGE_SIZE) {
        if (aspace_must_stop_at(at)) {
            return -EINTR;
        }
        int error = aspace_fault(aspace, at, access);
        if (error != 0) {
            return aspace_refuse(error == -ENOMEM ? -ENOMEM : -EFAULT,
                                 "a page could not be touched");
        }
    }
    return 0;
}

static int advise_area(struct aspace *aspace, const struct vma *area,
                       uaddr_t start, uaddr_t end, int advice,
                       struct list *removals)
{
    bool is_locked = (area->flags & (AREA_LOCKED | AREA_HUGETLB)) != 0;

    switch (advice) {
    case MADV_DONTNEED:
        return (area->flags & AREA_LOCKED) != 0
                   ? aspace_refuse(-EINVAL, "the area is locked")
                   : discard_part(aspace, area, start, end);
    case MADV_DONTNEED_LOCKED:
        return discard_part(aspace, area, start, end);
    case MADV_FREE:
        /* Linux takes such pages when it runs short; here they just stay. */
        return is_locked || !area_is_anonymous(area)
                   ? aspace_refuse(-EINVAL, "MADV_FREE wants private anonymous "
                                            "memory that is not locked")
                   : 0;
    case MADV_COLD:
    case MADV_PAGEOUT:
        return is_locked ? aspace_refuse(-EINVAL,
                                         "the area is locked, or MAP_HUGETLB")
                         : 0;
    case MADV_REMOVE:
        return remove_pages(area, start, end, removals);
    case MADV_POPULATE_READ:
        return populate(aspace, area, start, end, AREA_READ);
    case MADV_POPULATE_WRITE:
        return populate(aspace, area, start, end, AREA_WRITE);
    case MADV_COLLAPSE:
        return aspace_collapse(aspace, area, start, end);
    default:
        return 0; /* MADV_WILLNEED: all is in memory */
    }
}

/* Advice for each area of [start, end); holes are an error at the end
 * (madvise_walk_vmas). */
static int advise_range(struct aspace *aspace, uaddr_t start, uaddr_t end,
                        int advice, struct list *removals)
{
    const struct flag_advice *flags = find_flag_advice(advice);
    int result = 0;

    while (start < end) {
        struct vma *area = area_find(&aspace->areas, start);
        if (area == NULL) {
            return aspace_refuse(-ENOMEM, "the range ends in a hole");
        }
        if (start < area->start) {
            result = -ENOMEM;
            start = area->start;
            if (start >= end) {
                break;
            }
        }
        uaddr_t part_end = MIN(area->end, end);
        uaddr_t after = part_end;
        int error =
            flags != NULL
                ? change_flags(aspace, area, start, part_end, flags, &after)
                : advise_area(aspace, area, start, part_end, advice, removals);
        if (error != 0) {
            return error;
        }
        start = MAX(part_end, after);
    }
    return result;
}

int aspace_advise(struct aspace *aspace, uaddr_t start, uint64_t length,
                  int advice)
{
    uint64_t rounded = align_up(length, PAGE_SIZE);
    uaddr_t end = start + rounded;

    if (!is_known(advice)) {
        return aspace_refuse(-EINVAL, "unknown advice");
    }
    if (!is_aligned(start, PAGE_SIZE) || (length != 0 && rounded == 0) ||
        end < start) {
        return aspace_refuse(-EINVAL, "the address is no multiple of 4096, or "
                                      "the range wraps");
    }
    if (end == start) {
        return 0;
    }
    struct list removals = LIST_EMPTY(removals);
    int error = advise_range(aspace, start, end, advice, &removals);
    object_finish_removals(&removals);
    return error;
}
