/* The memory half of a fork: Linux's dup_mmap and copy_page_range. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_local.h"
#include "mm/aspace_priv.h"
#include "mm/byte_map.h"
#include "mm/share.h"

/* What LEAF is like in both address spaces, once it has one user more. */
static uint64_t share(const struct vma *area,
                      const struct page_table_leaf *leaf)
{
    paddr_t memory = page_table_leaf_target(leaf);
    uint64_t entry = *leaf->entry;
    bool is_counted = (entry & PTE_SHARED) != 0;

    if (leaf->level == 1) {
        (is_counted ? frame_share : frame_share_first)(memory);
    } else {
        (is_counted ? large_share : large_share_first)(memory);
        byte_map_set_tag(memory, 1, 0);
    }
    entry |= PTE_SHARED;
    return (area->flags & AREA_SHARED) != 0 ? entry : entry & ~PTE_WRITE;
}

/* Has TARGET, of CHILD, show what LEAF does. */
static void copy_leaf(struct aspace *child, const struct vma *area,
                      const struct page_table_leaf *leaf,
                      const struct page_table_leaf *target)
{
    uint64_t entry = *leaf->entry;

    if ((entry & PTE_BORROWED) == 0) {
        entry = share(area, leaf);
        page_table_change(leaf, entry);
        child->resident_pages += pt_entry_span(leaf->level) >> PAGE_SHIFT;
        child->large_leaves += leaf->level == 2;
    }
    page_table_set(target, entry & ~PTE_ACCESSED);
}

/* The leaves of AREA from LEAF on, one by one, to the end of its table. Returns
 * 0, and in *AFTER where it ended, or -ENOMEM. */
static int copy_leaves(struct aspace *child, struct aspace *parent,
                       const struct vma *area, struct page_table_leaf *leaf,
                       uaddr_t *after)
{
    unsigned level = leaf->level;
    uaddr_t table_end = align_up(leaf->start + 1, pt_entry_span(level + 1));
    uaddr_t end = MIN(area->end, table_end);
    struct page_table_leaf target = {0};
    bool found = true;

    if (level == 1 && !page_table_reach(parent->root, leaf->start, leaf)) {
        return -ENOMEM;
    }
    while (found && leaf->level == level) {
        if (!page_table_entry_near(child->root, leaf->start, level, &target)) {
            return -ENOMEM;
        }
        copy_leaf(child, area, leaf, &target);
        found = page_table_advance(parent->root, end, leaf);
    }
    *after = found ? leaf->start : end;
    return 0;
}

/* Shares pts that are for AREA alone, from the one of LEAF on. Returns 0, and
 * in *AFTER where it ended, unless it is LEAF's start, or -ENOMEM. */
static int share_tables(struct aspace *child, struct aspace *parent,
                        const struct vma *area,
                        const struct page_table_leaf *leaf, uaddr_t *after)
{
    const uint64_t span = pt_entry_span(2);
    uaddr_t start = align_down(leaf->start, span);
    uaddr_t end = align_down(area->end, span);
    struct page_table_leaf from, to;

    *after = leaf->start;
    if (leaf->level > 1 || start < area->start || start >= end) {
        return 0;
    }
    if (!page_table_entry(child->root, start, 2, &to)) {
        return -ENOMEM;
    }
    page_table_above(parent->root, start, &from);
    uint64_t owned = 0;
    size_t count = page_table_share(&from, &to, end, &owned);
    if (count > 0) {
        child->resident_pages += owned;
        child->has_shared_tables = true;
        parent->has_shared_tables = true;
        *after = start + count * span;
    }
    return 0;
}

/* What AREA has in memory, pt by pt and large leaf by large leaf. */
static int copy_pages(struct aspace *child, struct aspace *parent,
                      const struct vma *area)
{
    struct page_table_leaf leaf;
    uaddr_t at = area->start;

    while (page_table_next_leaf(parent->root, at, area->end, &leaf)) {
        if (aspace_must_stop()) {
            return -EINTR;
        }
        int error = share_tables(child, parent, area, &leaf, &at);
        if (error == 0 && at == leaf.start) {
            error = copy_leaves(child, parent, area, &leaf, &at);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Does a child get AREA's pages? Others come at the first touch, from the file
 * or as zeros (vma_needs_copy). */
static bool has_pages(const struct vma *area)
{
    return (area->flags & AREA_WIPEONFORK) == 0 &&
           (area->anon != 0 || (area->flags & AREA_HUGETLB) != 0);
}

static int copy_area(struct aspace *child, struct aspace *parent,
                     const struct vma *area)
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
    return error == 0 ? copy_pages(child, parent, area) : error;
}

static int copy_areas(struct aspace *child, struct aspace *parent)
{
    const struct vma *area = parent->areas.first;
    int error = 0;

    for (; area != NULL && error == 0; area = area->next) {
        if ((area->flags & AREA_DONTFORK) == 0) {
            error = copy_area(child, parent, area);
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
