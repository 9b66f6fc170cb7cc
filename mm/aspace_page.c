/* What pages of an address space show. */
#include "mm/aspace_page.h"

#include "mm/aspace_priv.h"
#include "mm/aspace_usage.h"
#include "mm/frame.h"

struct aspace_page aspace_page_at(struct aspace *aspace, uaddr_t at)
{
    const struct vma *area = area_find(&aspace->areas, at);
    struct aspace_page page = {.frame = PADDR_NONE};
    struct page_table_leaf leaf;

    if (area == NULL || area->start > at) {
        return page;
    }
    page.is_in_area = true;
    if (!page_table_next_leaf(aspace->root, at, at + PAGE_SIZE, &leaf) ||
        (*leaf.entry & PTE_UNTOUCHED) != 0) {
        return page;
    }
    page.frame = page_table_leaf_target(&leaf) + (at - leaf.start);
    if (page.frame != frame_of_zeros()) {
        page.is_of_object =
            area->object != NULL && ((*leaf.entry & PTE_BORROWED) != 0 ||
                                     (area->flags & AREA_SHARED) != 0);
        page.is_exclusive = aspace_leaf_users(area, &leaf) == 1;
    }
    return page;
}

static enum aspace_memory memory_of(const struct page_table_leaf *leaf)
{
    uint64_t entry = *leaf->entry;

    if ((entry & PTE_UNTOUCHED) != 0) {
        return ASPACE_MEMORY_UNTOUCHED;
    }
    if (page_table_leaf_target(leaf) == frame_of_zeros()) {
        return ASPACE_MEMORY_ZEROS;
    }
    if ((entry & PTE_BORROWED) != 0) {
        return ASPACE_MEMORY_OBJECT;
    }
    return aspace_leaf_owners(leaf) > 1 ? ASPACE_MEMORY_SHARED
                                        : ASPACE_MEMORY_OWN;
}

/* What LEAF alone is. */
static struct aspace_run run_of(const struct page_table_leaf *leaf)
{
    return (struct aspace_run){
        .start = leaf->start,
        .end = page_table_leaf_end(leaf),
        .memory = page_table_leaf_target(leaf),
        .level = leaf->level,
        .bits = *leaf->entry & (PTE_PRESENT | PTE_WRITE | PTE_NX),
        .whose = memory_of(leaf),
    };
}

/* Is NEXT the end of RUN? */
static bool continues(const struct aspace_run *run,
                      const struct aspace_run *next)
{
    return next->start == run->end && next->bits == run->bits &&
           next->memory - run->memory == next->start - run->start &&
           next->whose == run->whose;
}

bool aspace_next_run(struct aspace *aspace, uaddr_t from,
                     struct aspace_run *run)
{
    struct page_table_leaf leaf;

    if (!page_table_next_leaf(aspace->root, from, aspace->end, &leaf)) {
        return false;
    }
    *run = run_of(&leaf);
    uint64_t table_end = align_up(run->end, pt_entry_span(leaf.level + 1));
    while (page_table_advance(aspace->root, table_end, &leaf)) {
        struct aspace_run next = run_of(&leaf);
        if (next.level != run->level || !continues(run, &next)) {
            break;
        }
        run->end = next.end;
    }
    return true;
}
