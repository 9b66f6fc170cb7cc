/* Do areas, page table and memory agree? */
#include "mm/aspace_validate.h"

#include "mm/aspace_priv.h"
#include "mm/frame.h"

/* Of a root: the kernel's half, behind the program's, is not its own. */
#define USER_ENTRIES (PT_ENTRIES / 2)

/* Pages that are found in the page table. */
struct found {
    uint64_t resident;
    uint64_t large;
};

static bool is_borrowed(uint64_t entry)
{
    return (entry & PTE_BORROWED) != 0;
}

/* A page that belongs to somebody else is the zero frame, and not writable, or
 * what a shared file has there. */
static const char *check_borrowed(const struct vma *area,
                                  const struct page_table_leaf *leaf)
{
    paddr_t target = page_table_leaf_target(leaf);

    if (leaf->level != 1 && (*leaf->entry & PTE_POOL) == 0) {
        return "a large page belongs to its address space";
    }
    if (target == frame_of_zeros()) {
        return (*leaf->entry & PTE_WRITE) == 0
                   ? NULL
                   : "the frame of zeros is not writable";
    }
    if ((area->flags & AREA_SHARED) == 0 && (*leaf->entry & PTE_WRITE) != 0) {
        return "a private area writes to no page that others see";
    }
    return area->object != NULL &&
                   object_find(area->object, area_index(area, leaf->start)) ==
                       target
               ? NULL
               : "a page that is not the program's own is its object's";
}

/* Rights that an area gives must be there, but for the first write, also to
 * what others see. */
static const char *check_rights(const struct vma *area, uint64_t entry)
{
    const uint64_t rights = PTE_PRESENT | PTE_WRITE | PTE_NX | PTE_USER;
    uint64_t wanted = aspace_leaf_bits(area->flags);

    if ((entry & aspace_unwritable(area->flags)) != 0) {
        wanted &= ~PTE_WRITE;
    }
    if ((entry & PTE_UNTOUCHED) != 0) {
        wanted &= ~PTE_PRESENT;
    }
    return ((entry ^ wanted) & rights) == 0
               ? NULL
               : "a page has the rights of its area";
}

/* Areas beside each other with the same rights share a large page. */
static const char *check_areas_of(const struct vma *area,
                                  const struct page_table_leaf *leaf)
{
    const char *rule = NULL;
    uint64_t at = leaf->start;

    for (; at < page_table_leaf_end(leaf) && rule == NULL; area = area->next) {
        if (area == NULL || area->start > at) {
            return "a mapped page lies in an area";
        }
        rule = check_rights(area, *leaf->entry);
        at = area->end;
    }
    return rule;
}

/* AREA is the first that ends behind LEAF's start. */
static const char *check_leaf(const struct vma *area,
                              const struct page_table_leaf *leaf,
                              struct found *found)
{
    const char *rule = check_areas_of(area, leaf);

    if (rule != NULL) {
        return rule;
    }
    if (leaf->level > 2) {
        return "no page is larger than 2 MiB";
    }
    bool is_huge = (area->flags & AREA_HUGETLB) != 0;
    bool is_of_pool = (*leaf->entry & PTE_POOL) != 0;
    if (is_huge != is_of_pool || (is_of_pool && leaf->level != 2)) {
        return "an area of MAP_HUGETLB has large pages of the pool alone";
    }
    found->large += leaf->level == 2;
    if (is_borrowed(*leaf->entry)) {
        return check_borrowed(area, leaf);
    }
    found->resident +=
        is_of_pool ? 0 : pt_entry_span(leaf->level) >> PAGE_SHIFT;
    return NULL;
}

static const char *check_leaves(struct aspace *aspace, struct found *found)
{
    const struct vma *area = aspace->areas.first;
    struct page_table_leaf leaf;
    uint64_t at = 0;

    while (page_table_next_leaf(aspace->root, at, USER_END_64, &leaf)) {
        at = page_table_leaf_end(&leaf);
        while (area != NULL && area->end <= leaf.start) {
            area = area->next;
        }
        const char *rule = check_leaf(area, &leaf, found);
        if (rule != NULL) {
            return rule;
        }
    }
    return NULL;
}

static bool is_table(uint64_t entry)
{
    return (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}

/* COUNT entries of TABLE, of LEVEL, the first of which is for START. */
static const char *check_tables(struct aspace *aspace, paddr_t table,
                                unsigned level, unsigned count, uaddr_t start)
{
    const uint64_t *entries = direct_map(table);
    uint64_t span = pt_entry_span(level);
    const char *rule = NULL;

    for (unsigned i = 0; level > 1 && i < count && rule == NULL; i++) {
        uaddr_t at = start + i * span;
        if (!is_table(entries[i])) {
            continue;
        }
        if (area_find_overlap(&aspace->areas, at, at + span) == NULL) {
            return "a page table is there for an area";
        }
        rule = check_tables(aspace, entries[i] & PTE_ADDRESS, level - 1,
                            PT_ENTRIES, at);
    }
    return rule;
}

const char *aspace_validate(struct aspace *aspace)
{
    struct found found = {0};
    const char *rule = area_validate(&aspace->areas);

    if (rule == NULL) {
        rule = check_leaves(aspace, &found);
    }
    if (rule == NULL) {
        rule = check_tables(aspace, aspace->root, PT_LEVELS, USER_ENTRIES, 0);
    }
    if (rule != NULL) {
        return rule;
    }
    if (found.resident != aspace->resident_pages) {
        return "resident_pages is the number of pages of its own";
    }
    if (found.large != aspace->large_leaves) {
        return "large_leaves is the number of large pages";
    }
    return aspace->areas.last == NULL || aspace->areas.last->end <= aspace->end
               ? NULL
               : "no area leaves the address space";
}
