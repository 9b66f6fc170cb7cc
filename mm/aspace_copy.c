/* The memory half of a fork: Linux's dup_mmap and copy_page_range. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_local.h"
#include "mm/aspace_priv.h"
#include "mm/byte_map.h"
#include "mm/share.h"

/* Tables and rows of large leaves that are copied between two looks whether it
 * has to stop: some hundred thousand instructions at most. */
#define STOP_STEPS 16

/* Has TARGET, of CHILD, show what LEAF does. */
static void copy_large_leaf(struct aspace *child, const struct vma *area,
                            const struct page_table_leaf *leaf,
                            const struct page_table_leaf *target)
{
    paddr_t page = page_table_leaf_target(leaf);
    uint64_t entry = *leaf->entry;
    bool is_private = (area->flags & AREA_SHARED) == 0;

    if ((entry & PTE_SHARED) != 0) {
        large_share(page);
    } else {
        large_share_first(page);
        byte_map_set_tag(page, 1, 0);
    }
    entry = (entry | PTE_SHARED) & ~(is_private ? PTE_WRITE : 0);
    page_table_change(leaf, entry);
    page_table_set(target, entry & ~PTE_ACCESSED);
    child->resident_pages +=
        (entry & PTE_POOL) != 0 ? 0 : FRAMES_PER_LARGE_PAGE;
    child->large_leaves++;
}

/* What AREA has from LEAF on, of level 1, to the end of its pt. Returns 0, and
 * in *AFTER where it ended, or -ENOMEM. */
static int copy_pt(struct aspace *child, struct aspace *parent,
                   const struct vma *area, struct page_table_leaf *leaf,
                   uaddr_t *after)
{
    struct page_table_leaf target;

    if (!page_table_reach(parent->root, leaf->start, leaf) ||
        !page_table_entry(child->root, leaf->start, 1, &target)) {
        return -ENOMEM;
    }
    size_t count = page_table_run(leaf, area->end);
    child->resident_pages += page_table_copy(leaf, &target, count);
    *after = leaf->start + count * PAGE_SIZE;
    return 0;
}

/* The large leaves of AREA from LEAF on, to the end of its pd or where there is
 * a pt. The same. */
static int copy_large_leaves(struct aspace *child, struct aspace *parent,
                             const struct vma *area,
                             struct page_table_leaf *leaf, uaddr_t *after)
{
    uaddr_t end = MIN(area->end, align_up(leaf->start + 1, pt_entry_span(3)));
    struct page_table_leaf target = {0};
    bool found = true;

    while (found && leaf->level == 2) {
        if (!page_table_entry_near(child->root, leaf->start, 2, &target)) {
            return -ENOMEM;
        }
        if ((*leaf->entry & PTE_UNTOUCHED) == 0) {
            copy_large_leaf(child, area, leaf, &target);
        }
        found = page_table_advance(parent->root, end, leaf);
    }
    *after = found ? leaf->start : end;
    return 0;
}

/* Shares what is behind whole entries of a pd that are for AREA alone, from the
 * one of LEAF on. Returns 0, and in *AFTER where it ended, or -ENOMEM. */
static int share_entries(struct aspace *child, struct aspace *parent,
                         const struct vma *area,
                         const struct page_table_leaf *leaf, uaddr_t *after)
{
    const uint64_t span = pt_entry_span(2);
    uaddr_t start = align_down(leaf->start, span);
    uaddr_t end = align_down(area->end, span);
    struct page_table_shared shared = {0};
    struct page_table_leaf from, to;

    *after = leaf->start;
    if ((area->flags & (AREA_SHARED | AREA_HUGETLB)) != 0 ||
        start < area->start || start >= end) {
        return 0;
    }
    if (!page_table_entry(child->root, start, 2, &to)) {
        return -ENOMEM;
    }
    page_table_above(parent->root, start, &from);
    size_t count = page_table_share(&from, &to, end, &shared);
    if (count > 0) {
        child->resident_pages += shared.pages;
        child->large_leaves += shared.large_leaves;
        bool has_tables = count > shared.large_leaves;
        child->has_shared_tables |= has_tables;
        parent->has_shared_tables |= has_tables;
        *after = start + count * span;
    }
    return 0;
}

/* What AREA has in memory, pt by pt and large leaf by large leaf. */
static int copy_pages(struct aspace *child, struct aspace *parent,
                      const struct vma *area, size_t *steps)
{
    struct page_table_leaf leaf;
    uaddr_t at = area->start;

    while (page_table_next_leaf(parent->root, at, area->end, &leaf)) {
        if (++*steps % STOP_STEPS == 0 && aspace_must_stop()) {
            return -EINTR;
        }
        int error = share_entries(child, parent, area, &leaf, &at);
        if (error == 0 && at == leaf.start) {
            error = (leaf.level == 1 ? copy_pt : copy_large_leaves)(
                child, parent, area, &leaf, &at);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Does a child get AREA's pages? Others come at the first touch, from the
 * object or as zeros (vma_needs_copy). */
static bool has_pages(const struct vma *area)
{
    bool is_huge = (area->flags & AREA_HUGETLB) != 0;

    return (area->flags & AREA_WIPEONFORK) == 0 &&
           (area->anon != 0 || (is_huge && area->object == NULL));
}

static int copy_area(struct aspace *child, struct aspace *parent,
                     const struct vma *area, size_t *steps)
{
    if (!aspace_may_promise(child, area->flags, area_pages(area))) {
        return aspace_refuse(-ENOMEM,
                             "more is promised at once than there is RAM");
    }
    int error = area_reserve(&child->areas);
    if (error != 0) {
        return error;
    }
    area_inherit(&child->areas, area);
    if (!has_pages(area)) {
        return 0;
    }
    error = aspace_cut(parent, area->start);
    if (error == 0) {
        error = aspace_cut(parent, area->end);
    }
    return error == 0 ? copy_pages(child, parent, area, steps) : error;
}

static int copy_areas(struct aspace *child, struct aspace *parent)
{
    const struct vma *area = parent->areas.first;
    size_t steps = 0;
    int error = 0;

    for (; area != NULL && error == 0; area = area->next) {
        if ((area->flags & AREA_DONTFORK) == 0) {
            error = copy_area(child, parent, area, &steps);
        }
    }
    return error;
}

int aspace_copy(struct aspace *aspace, struct aspace **copy)
{
    struct aspace *child = aspace_create_beside(aspace);

    if (child == NULL) {
        return -ENOMEM;
    }
    int error = aspace_copy_local(child, aspace);
    if (error == 0) {
        error = copy_areas(child, aspace);
    }
    aspace_flush(aspace, 0, aspace->end); /* pages have lost PTE_WRITE */
    if (error != 0) {
        aspace_put(child);
        return error;
    }
    *copy = child;
    return 0;
}
