/* Changes to what is mapped already: rights by mprotect, flags by mlock and
 * madvise. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "mm/aspace_priv.h"

#define PROT_GROWS (PROT_GROWSDOWN | PROT_GROWSUP)
#define PROT_KNOWN (PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM)

/* Gives the leaves of [start, end) the rights of FLAGS. */
static void protect_leaves(struct aspace *aspace, uaddr_t start, uaddr_t end,
                           uint32_t flags)
{
    const uint64_t rights = PTE_PRESENT | PTE_WRITE | PTE_NX;
    const uint64_t bits = aspace_leaf_bits(flags);
    const uint64_t unwritable = aspace_unwritable(flags);
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        bool is_writable = (*leaf.entry & unwritable) == 0;
        uint64_t given = is_writable ? bits : bits & ~PTE_WRITE;
        page_table_change(&leaf, (*leaf.entry & ~rights) | given);
        aspace_step(++steps);
    }
    if (steps > 0) {
        aspace_flush(aspace, start, end);
    }
}

int aspace_change(struct aspace *aspace, struct vma *area, uaddr_t start,
                  uaddr_t end, uint32_t flags, uaddr_t *after)
{
    bool has_new_rights = ((area->flags ^ flags) & AREA_RIGHTS) != 0;
    ASSERT(area->start <= start && start < end && end <= area->end);
    int error = area_reserve(&aspace->areas);

    if (error == 0) {
        error = aspace_check_huge(aspace, start, end);
    }
    if (error == 0 && has_new_rights) {
        error = aspace_cut(aspace, start);
    }
    if (error == 0 && has_new_rights) {
        error = aspace_cut(aspace, end);
    }
    if (error == 0 && has_new_rights) {
        error = aspace_own_tables(aspace, start, end);
    }
    if (error == 0) {
        error = area_change(&aspace->areas, area, start, end, flags, &area);
    }
    if (error != 0) {
        return error;
    }
    if (has_new_rights) {
        ((flags & AREA_HUGETLB) != 0 ? aspace_huge_protect : protect_leaves)(
            aspace, start, end, flags);
    }
    ASSERT(area->start <= start && area->end >= end);
    *after = MAX(end, area->end);
    return 0;
}

/* Linux's mprotect_fixup. */
static int protect_part(struct aspace *aspace, struct vma *area, uaddr_t start,
                        uaddr_t end, uint32_t rights, uaddr_t *after)
{
    const uint32_t accounted =
        AREA_ACCOUNT | AREA_WRITE | AREA_HUGETLB | AREA_SHARED | AREA_NORESERVE;
    uint32_t old_flags = area->flags;
    uint32_t flags = (old_flags & ~AREA_RIGHTS) | rights;
    uint32_t may = old_flags >> AREA_MAY_SHIFT & AREA_RIGHTS;
    uint64_t pages = (end - start) >> PAGE_SHIFT;

    if ((rights & ~may) != 0) {
        return aspace_refuse(-EACCES, "the area may never have these rights");
    }
    if (flags == old_flags) {
        *after = area->end;
        return 0;
    }
    if ((rights & AREA_WRITE) != 0) {
        if (!aspace_may_expand(aspace, flags, pages) &&
            aspace_may_expand(aspace, old_flags, pages)) {
            return aspace_refuse(-ENOMEM,
                                 "RLIMIT_DATA: too much would become writable");
        }
        if ((old_flags & accounted) == 0) {
            if (!aspace_may_promise(aspace, AREA_ACCOUNT, pages)) {
                return aspace_refuse(
                    -ENOMEM, "more is promised at once than there is RAM");
            }
            flags |= AREA_ACCOUNT;
        }
    }
    int error = aspace_change(aspace, area, start, end, flags, after);
    bool is_locked_private =
        (old_flags & (AREA_WRITE | AREA_SHARED | AREA_LOCKED)) == AREA_LOCKED;
    if (error == 0 && is_locked_private && (flags & AREA_WRITE) != 0) {
        aspace_populate(aspace, start, end, ASPACE_ERRORS_PASS);
    }
    return error;
}

/* Where PROT_GROWSDOWN and PROT_GROWSUP move the ends of the range to. */
static int find_start(struct aspace *aspace, int grows, uaddr_t *start,
                      uaddr_t *end)
{
    const struct vma *area = area_find(&aspace->areas, *start);

    if (area == NULL) {
        return aspace_refuse(-ENOMEM,
                             "nothing is mapped at or above the address");
    }
    if ((grows & PROT_GROWSDOWN) != 0) {
        if (area->start >= *end) {
            return aspace_refuse(
                -ENOMEM,
                "PROT_GROWSDOWN, and the area begins behind the range");
        }
        *start = area->start;
        return (area->flags & AREA_GROWSDOWN) != 0
                   ? 0
                   : aspace_refuse(
                         -EINVAL,
                         "PROT_GROWSDOWN on an area that does not grow down");
    }
    if (area->start > *start) {
        return aspace_refuse(-ENOMEM, "nothing is mapped at the address");
    }
    /* Nothing grows upwards on x86. */
    return (grows & PROT_GROWSUP) != 0
               ? aspace_refuse(-EINVAL, "PROT_GROWSUP: nothing grows up on x86")
               : 0;
}

static uint32_t rights_for(const struct aspace *aspace, const struct vma *area,
                           int prot)
{
    uint32_t rights = (uint32_t)prot & AREA_RIGHTS;

    if (aspace->reading_is_executing && (prot & PROT_READ) != 0 &&
        (area->flags & AREA_MAY_EXEC) != 0) {
        rights |= AREA_EXEC;
    }
    return rights;
}

static int protect_range(struct aspace *aspace, uaddr_t start, uaddr_t end,
                         int prot)
{
    for (uaddr_t at = start; at < end;) {
        struct vma *area = area_find(&aspace->areas, at);
        if (area == NULL || area->start > at) {
            return aspace_refuse(
                -ENOMEM,
                "a hole in the range: what comes before it is changed");
        }
        uaddr_t after;
        int error = protect_part(aspace, area, at, MIN(area->end, end),
                                 rights_for(aspace, area, prot), &after);
        if (error != 0) {
            return error;
        }
        at = after;
    }
    return 0;
}

int aspace_protect(struct aspace *aspace, uaddr_t start, uint64_t length,
                   int prot)
{
    int grows = prot & PROT_GROWS;
    uaddr_t end = start + align_up(length, PAGE_SIZE);

    prot &= ~PROT_GROWS;
    if (grows == PROT_GROWS || !is_aligned(start, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "PROT_GROWSDOWN with PROT_GROWSUP, or an "
                                      "address that is no multiple of 4096");
    }
    if (length == 0) {
        return 0;
    }
    if (end <= start) {
        return aspace_refuse(-ENOMEM, "the range wraps");
    }
    if ((prot & ~PROT_KNOWN) != 0) {
        return aspace_refuse(-EINVAL, "an unknown bit in prot");
    }
    int error = find_start(aspace, grows, &start, &end);
    return error != 0 ? error : protect_range(aspace, start, end, prot);
}
