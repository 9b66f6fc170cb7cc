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

/* Prepares the heap to grow over [from, to). Returns the rule that is against
 * it, or NULL. */
static const char *prepare_growth(struct aspace *aspace, uaddr_t from,
                                  uaddr_t to, uint32_t flags)
{
    uint64_t pages = (to - from) >> PAGE_SHIFT;

    if (!aspace_may_lock(aspace, aspace->default_flags, to - from)) {
        return "RLIMIT_MEMLOCK is reached";
    }
    if (!has_room(aspace, from, to)) {
        return "another area, or the end of the address space, is in the way";
    }
    if (!aspace_may_expand(aspace, flags, pages)) {
        return "RLIMIT_AS or RLIMIT_DATA is reached";
    }
    if (area_room(&aspace->areas) < 0) {
        return "there are as many areas as max_map_count allows";
    }
    if (!aspace_may_promise(aspace, flags, pages)) {
        return "overcommit_memory allows no more to be promised";
    }
    return area_reserve(&aspace->areas) == 0 ? NULL : "no memory for an area";
}

/* Returns as prepare_growth does. */
static const char *grow(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    uint32_t flags = heap_flags(aspace);
    struct vma wanted = area_wanted(from, to, flags);

    const char *rule = prepare_growth(aspace, from, to, flags);
    if (rule != NULL) {
        return rule;
    }
    /* The first page of the heap is never merged with what is before it. */
    bool is_first = from == align_up(aspace->brk_start, PAGE_SIZE);
    area_insert(&aspace->areas, &wanted,
                is_first ? AREA_JOIN_NONE : AREA_JOIN_BRK);
    if ((flags & AREA_LOCKED) != 0) {
        aspace_populate(aspace, from, to, ASPACE_ERRORS_PASS);
    }
    return NULL;
}

/* Gives [from, to) back. Returns the rule that is against it, or NULL. */
static const char *shrink(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    if (area_find_overlap(&aspace->areas, from, to) == NULL) {
        return "the program unmapped that part of the heap";
    }
    return aspace_unmap(aspace, from, to - from) == 0
               ? NULL
               : "the heap can't be cut there: no memory, or too many areas";
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
    const char *rule = NULL;

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
        rule = grow(aspace, old_end, new_end);
    } else if (new_end < old_end) {
        rule = shrink(aspace, new_end, old_end);
    }
    if (rule != NULL) {
        return refuse_brk(aspace, rule);
    }
    aspace->brk = wanted;
    return wanted;
}
