/* brk: the heap, an area whose end a program moves. */
#include "kernel/abi/errno.h"
#include "mm/aspace_priv.h"

#define HEAP_FLAGS                                                             \
    (AREA_READ | AREA_WRITE | AREA_MAY_READ | AREA_MAY_WRITE | AREA_MAY_EXEC | \
     AREA_ACCOUNT)

static uint32_t heap_flags(const struct aspace *aspace)
{
    uint32_t exec = aspace->reading_is_executing ? AREA_EXEC : 0;
    return HEAP_FLAGS | exec | aspace->default_flags;
}

/* Linux's check_data_rlimit. */
static bool is_within_data_limit(const struct aspace *aspace, uaddr_t brk)
{
    uint64_t limit = aspace->limits.data;
    return limit == UINT64_MAX ||
           brk - aspace->brk_start + aspace->data_size <= limit;
}

/* A page, and a stack's guard, stay free above the heap. */
static bool has_room(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    const struct vma *next = area_find(&aspace->areas, from);

    return to <= aspace->end &&
           (next == NULL || to + PAGE_SIZE <= area_guarded_start(next));
}

static bool grow(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    uint32_t flags = heap_flags(aspace);
    uint64_t pages = (to - from) >> PAGE_SHIFT;
    struct vma wanted = area_wanted(from, to, flags);

    if (!aspace_may_lock(aspace, aspace->default_flags, to - from) ||
        !has_room(aspace, from, to) ||
        !aspace_may_expand(aspace, flags, pages) ||
        area_room(&aspace->areas) < 0 ||
        !aspace_may_promise(aspace, flags, pages) ||
        area_reserve(&aspace->areas) != 0) {
        return false;
    }
    /* The first page of the heap is never merged with what is before it. */
    bool is_first = from == align_up(aspace->brk_start, PAGE_SIZE);
    area_insert(&aspace->areas, &wanted,
                is_first ? AREA_JOIN_NONE : AREA_JOIN_BRK);
    if ((flags & AREA_LOCKED) != 0) {
        aspace_populate(aspace, from, to, ASPACE_ERRORS_PASS);
    }
    return true;
}

/* Gives [from, to) back, unless the program has unmapped it and there is
 * nothing left to shrink. */
static bool shrink(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    return area_find_overlap(&aspace->areas, from, to) != NULL &&
           aspace_unmap(aspace, from, to - from) == 0;
}

/* A break that can't be moved stays: that is brk's only error. */
static uaddr_t refuse_brk(const struct aspace *aspace, const char *rule)
{
    (void)aspace_refuse(0, rule);
    return aspace->brk;
}

uaddr_t aspace_brk(struct aspace *aspace, uaddr_t wanted)
{
    uaddr_t old_end = align_up(aspace->brk, PAGE_SIZE);
    uaddr_t new_end = align_up(wanted, PAGE_SIZE);
    bool is_done = true;

    if (wanted == 0) {
        return aspace->brk;
    }
    if (wanted < aspace->brk_start || new_end < wanted) {
        return refuse_brk(aspace, "below the start of the heap, or wraps");
    }
    if (!is_within_data_limit(aspace, wanted)) {
        return refuse_brk(aspace, "RLIMIT_DATA is reached");
    }
    if (new_end > old_end) {
        is_done = grow(aspace, old_end, new_end);
    } else if (new_end < old_end) {
        is_done = shrink(aspace, new_end, old_end);
    }
    if (!is_done) {
        return refuse_brk(aspace, "no room, a limit is reached, or the "
                                  "program unmapped that part of the heap");
    }
    aspace->brk = wanted;
    return wanted;
}
