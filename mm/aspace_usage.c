/* What of an area is in memory, as the page table says. */
#include "mm/aspace_usage.h"

#include "mm/aspace_priv.h"
#include "mm/frame.h"

/* Does AREA show the page at INDEX of its object, as the object's? */
static bool shows(const struct vma *area, uint64_t index)
{
    uint64_t page = index - area->page_offset;
    uaddr_t at = area->start + (page << PAGE_SHIFT);
    struct page_table_leaf leaf;

    return page < area_pages(area) &&
           page_table_next_leaf(aspace_of(area)->root, at, at + PAGE_SIZE,
                                &leaf) &&
           (*leaf.entry & PTE_BORROWED) != 0;
}

/* How many address spaces show what LEAF owns: the frame knows of other leaves,
 * and the pt of others who share it. */
uint64_t aspace_leaf_owners(const struct page_table_leaf *leaf)
{
    uint64_t users = 1;

    if ((*leaf->entry & PTE_SHARED) != 0) {
        users += *frame_info(page_table_leaf_target(leaf));
    }
    return leaf->level == 1 ? users + page_table_sharers(leaf) : users;
}

uint64_t aspace_leaf_users(const struct vma *area,
                           const struct page_table_leaf *leaf)
{
    uint64_t users = 0;
    unsigned left = USAGE_AREAS_MAX;

    if ((*leaf->entry & PTE_BORROWED) == 0) {
        return aspace_leaf_owners(leaf);
    }
    uint64_t index = area_index(area, leaf->start);
    list_for_each(link, &area->object->areas)
    {
        users += shows(list_entry(link, struct vma, object_link), index);
        if (--left == 0) {
            break;
        }
    }
    return MAX(users, 1ull);
}

static void count_leaf(struct aspace_usage *usage, const struct vma *area,
                       const struct page_table_leaf *leaf)
{
    uint64_t entry = *leaf->entry;
    uint64_t pages = pt_entry_span(leaf->level) >> PAGE_SHIFT;

    if (page_table_leaf_target(leaf) == frame_of_zeros()) {
        return;
    }
    uint64_t users = aspace_leaf_users(area, leaf);
    if ((entry & PTE_POOL) != 0) {
        bool is_touched = (entry & PTE_UNTOUCHED) == 0;
        usage->huge += is_touched ? pages : 0;
        usage->huge_shared += users > 1 ? pages : 0;
        return;
    }
    bool is_only = (entry & PTE_BORROWED) == 0;
    bool is_dirty = is_only || (entry & PTE_DIRTY) != 0;
    bool is_shared_memory = !is_only && area->object->data == NULL;
    bool is_locked = (area->flags & AREA_LOCKED) != 0;
    uint64_t part = (pages << USAGE_PART_SHIFT) / users;
    uint64_t dirty = is_dirty ? pages : 0;

    usage->resident += pages;
    usage->anonymous += is_only ? pages : 0;
    usage->shared_memory += is_shared_memory ? pages : 0;
    usage->large += leaf->level > 1 ? pages : 0;
    usage->dirty += dirty;
    usage->referenced += (entry & PTE_ACCESSED) != 0 ? pages : 0;
    usage->shared += users > 1 ? pages : 0;
    usage->shared_dirty += users > 1 ? dirty : 0;
    usage->part += part;
    usage->part_dirty += is_dirty ? part : 0;
    usage->part_anonymous += is_only ? part : 0;
    usage->part_shared_memory += is_shared_memory ? part : 0;
    usage->part_locked += is_locked ? part : 0;
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

/* The tables below COUNT entries of TABLE, of LEVEL: no deeper than four. */
static uint64_t count_tables(paddr_t table, unsigned level, unsigned count)
{
    const uint64_t *entries = direct_map(table);
    uint64_t tables = 0;

    for (unsigned i = 0; level > 1 && i < count; i++) {
        if ((entries[i] & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT) {
            paddr_t below = entries[i] & PTE_ADDRESS;
            tables += 1 + count_tables(below, level - 1, PT_ENTRIES);
        }
    }
    return tables;
}

uint64_t aspace_table_frames(const struct aspace *aspace)
{
    return count_tables(aspace->root, PT_LEVELS, PT_ENTRIES / 2);
}
