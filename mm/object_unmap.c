/* Pages of objects that go while areas show them.
 *
 * Leaves are taken where they are, also out of a pt that several address spaces
 * share: each of them has the same area there, and is meant to lose them. So
 * nothing here can fail. But each counts the pages that it owns, so all are
 * told before the first one goes.
 */
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"
#include "mm/object_priv.h"

/* What is done with AREA's pages [start, end). */
typedef void area_step(const struct vma *area, uaddr_t start, uaddr_t end,
                       enum object_leaves leaves);

/* A pt that several share is for private areas alone, which all lose the same.
 */
static void check_table(const struct vma *area,
                        const struct page_table_leaf *leaf)
{
    ASSERT(page_table_sharers(leaf) == 0 || (area->flags & AREA_SHARED) == 0);
}

static bool is_to_go(const struct vma *area, const struct page_table_leaf *leaf,
                     enum object_leaves leaves)
{
    return (*leaf->entry & PTE_BORROWED) != 0 &&
           (leaves != OBJECT_LEAVES_REMOVED ||
            object_is_removed(area->object, area_index(area, leaf->start)));
}

/* Takes what belongs to the object, or, of LEAVES_ALL, to somebody else. */
static void take_borrowed(const struct vma *area, uaddr_t start, uaddr_t end,
                          enum object_leaves leaves)
{
    struct aspace *aspace = aspace_of(area);
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    bool has_changed = false;
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if (is_to_go(area, &leaf, leaves)) {
            check_table(area, &leaf);
            page_table_set(&leaf, 0);
            aspace->large_leaves -= leaf.level == 2;
            has_changed = true;
        }
        aspace_step(++steps);
    }
    if (has_changed) {
        aspace_flush(aspace, start, end);
    }
}

/* Tells AREA's address space of the copies that it is going to lose. */
static void uncount_copies(const struct vma *area, uaddr_t start, uaddr_t end,
                           enum object_leaves leaves)
{
    struct aspace *aspace = aspace_of(area);
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);

    size_t steps = 0;

    (void)leaves;
    aspace->resident_peak = aspace_resident_peak(aspace);
    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        ASSERT_CMP(leaf.level, ==, 1u);
        check_table(area, &leaf);
        aspace->resident_pages -= (*leaf.entry & PTE_BORROWED) == 0;
        aspace_step(++steps);
    }
}

/* Takes all. */
static void take_all(const struct vma *area, uaddr_t start, uaddr_t end,
                     enum object_leaves leaves)
{
    struct aspace *aspace = aspace_of(area);
    struct page_table_batch batch;
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    size_t steps = 0;

    (void)leaves;
    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        page_table_take(&leaf, end, &batch);
        size_t freed = frame_free_batch(batch.frames, batch.count);
        ASSERT_CMP(freed, ==, batch.count);
        aspace_step(++steps);
    }
    if (steps > 0) {
        aspace_flush(aspace, start, end);
    }
}

/* Does STEP with the pages [first, end) of OBJECT in all areas. */
static void for_areas(struct memory_object *object, uint64_t first,
                      uint64_t end, area_step *step, enum object_leaves leaves)
{
    list_for_each(link, &object->areas)
    {
        const struct vma *area = list_entry(link, struct vma, object_link);
        uint64_t offset = area->page_offset;
        uint64_t from = MAX(first, offset);
        uint64_t to = MIN(end, offset + area_pages(area));

        if (from < to) {
            step(area, area->start + ((from - offset) << PAGE_SHIFT),
                 area->start + ((to - offset) << PAGE_SHIFT), leaves);
        }
        (void)aspace_must_stop(); /* what has begun is brought to an end */
    }
}

void object_unmap(struct memory_object *object, uint64_t first, uint64_t end,
                  enum object_leaves leaves)
{
    if (leaves == OBJECT_LEAVES_ALL) {
        for_areas(object, first, end, uncount_copies, leaves);
        for_areas(object, first, end, take_all, leaves);
    } else {
        for_areas(object, first, end, take_borrowed, leaves);
    }
}

bool object_has_writing_area(const struct memory_object *object)
{
    list_for_each(link, &object->areas)
    {
        const struct vma *area = list_entry(link, struct vma, object_link);
        bool may_write = (area->flags & AREA_MAY_WRITE) != 0;
        if (may_write && (area->flags & AREA_SHARED) != 0) {
            return true;
        }
    }
    return false;
}
