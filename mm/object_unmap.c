/* Pages of objects that go while areas show them. */
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/object.h"

/* AREA's pages [start, end) lose those that OBJECT is going to. */
static void unmap_removed(struct aspace *aspace, const struct vma *area,
                          uaddr_t start, uaddr_t end)
{
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    bool has_changed = false;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if ((*leaf.entry & PTE_BORROWED) != 0 &&
            object_is_removed(area->object, area_index(area, leaf.start))) {
            page_table_set(&leaf, 0);
            has_changed = true;
        }
    }
    if (has_changed) {
        aspace_flush(aspace, start, end);
    }
}

static void finish_removal(struct memory_object *object)
{
    list_for_each(link, &object->areas)
    {
        struct vma *area = list_entry(link, struct vma, object_link);
        uint64_t offset = area->page_offset;
        uint64_t first = MAX(object->removed_first, offset);
        uint64_t end = MIN(object->removed_end, offset + area_pages(area));

        if (first < end) {
            unmap_removed(aspace_of(area), area,
                          area->start + ((first - offset) << PAGE_SHIFT),
                          area->start + ((end - offset) << PAGE_SHIFT));
        }
        (void)aspace_must_stop(); /* what has begun is brought to an end */
    }
    object_free_removed(object);
}

void object_finish_removals(struct list *removals)
{
    while (!list_is_empty(removals)) {
        finish_removal(
            list_entry(removals->next, struct memory_object, removal));
    }
}
