/* What one page of an address space shows. */
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
