/* What of an area is in memory, as the page table says. */
#include "mm/aspace_usage.h"

#include "mm/aspace_priv.h"

/* The memory behind a leaf has no other copy: it belongs to nobody else, and
 * was not just read from a file. */
static bool is_anonymous(const struct vma *area, uint64_t entry)
{
    bool is_own = (entry & PTE_BORROWED) == 0;
    bool is_written = (entry & PTE_DIRTY) != 0;
    return is_own && (area->file == NULL || is_written);
}

static void count_leaf(struct aspace_usage *usage, const struct vma *area,
                       const struct page_table_leaf *leaf)
{
    uint64_t entry = *leaf->entry;
    uint64_t pages = pt_entry_span(leaf->level) >> PAGE_SHIFT;

    if (page_table_leaf_target(leaf) == aspace_zero_frame()) {
        return;
    }
    if ((area->flags & AREA_HUGETLB) != 0) {
        usage->huge += pages;
        return;
    }
    bool is_only = is_anonymous(area, entry);
    usage->resident += pages;
    usage->anonymous += is_only ? pages : 0;
    usage->large += leaf->level > 1 ? pages : 0;
    usage->dirty += is_only || (entry & PTE_DIRTY) != 0 ? pages : 0;
    usage->referenced += (entry & PTE_ACCESSED) != 0 ? pages : 0;
}

void aspace_usage_add(struct aspace *aspace, const struct vma *area,
                      struct aspace_usage *usage)
{
    struct page_table_leaf leaf;

    for (uaddr_t at = area->start;
         page_table_next_leaf(aspace->root, at, area->end, &leaf);
         at = page_table_leaf_end(&leaf)) {
        count_leaf(usage, area, &leaf);
    }
}

void aspace_usage_add_all(struct aspace *aspace, struct aspace_usage *usage)
{
    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        aspace_usage_add(aspace, a, usage);
    }
}
