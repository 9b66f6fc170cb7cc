/* Memory on first touch. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"
#include "mm/large_page.h"

/* What a read of a page of an object maps with it: Linux's fault_around_bytes.
 */
#define AROUND_SPAN (64 * KIB)

/* The bits of a leaf of AREA that is filled for ACCESS. A private AREA that has
 * no memory of its own yet, and is read, has its first write come to
 * aspace_fault again. */
static uint64_t bits_for(const struct vma *area, uint32_t access)
{
    uint64_t bits = aspace_leaf_bits(area->flags);
    bool is_unwritten = access != AREA_WRITE && area->anon == 0 &&
                        (area->flags & AREA_SHARED) == 0;

    return is_unwritten ? (bits & ~PTE_WRITE) | PTE_UNWRITTEN : bits;
}

void aspace_set_large_leaf(struct aspace *aspace,
                           const struct page_table_leaf *leaf, paddr_t page,
                           uint64_t bits)
{
    ASSERT(leaf->level == 2 && *leaf->entry == 0);
    byte_map_set_tag(page, 1, aspace->tag);
    page_table_set(leaf, page | bits | PTE_LARGE);
    aspace->resident_pages += FRAMES_PER_LARGE_PAGE;
    aspace->large_leaves++;
}

/* May this area's 2 MiB around ADDRESS be one large page? */
static bool wants_large_page(const struct vma *area, uaddr_t address)
{
    uaddr_t start = align_down(address, LARGE_PAGE_SIZE);
    uint32_t advice = area->flags & (AREA_STACK | AREA_HUGEPAGE);

    return advice != AREA_STACK && area->start <= start &&
           start + LARGE_PAGE_SIZE <= area->end && area->object == NULL &&
           aspace_may_have_large_pages(area->flags);
}

/* Maps a large page at ADDRESS if its 2 MiB are untouched and one is free. */
static bool map_large_page(struct aspace *aspace, const struct vma *area,
                           uaddr_t address, uint32_t access)
{
    struct page_table_leaf leaf;

    if (!page_table_entry(aspace->root, address, 2, &leaf) ||
        *leaf.entry != 0) {
        return false;
    }
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    if (page == PADDR_NONE) {
        return false;
    }
    memset(direct_map(page), 0, LARGE_PAGE_SIZE);
    aspace_set_large_leaf(aspace, &leaf, page, bits_for(area, access));
    return true;
}

/* Fills a fresh frame with what the page at ADDRESS shows first. */
static int fill_frame(const struct vma *area, uaddr_t address, void *frame)
{
    if (area->object != NULL) {
        return object_copy_page(area->object, area_index(area, address), frame);
    }
    frame_clear(frame);
    return 0;
}

/* Has LEAF show a frame of its own. */
static int map_frame(struct aspace *aspace, const struct vma *area,
                     uint32_t access, const struct page_table_leaf *leaf)
{
    paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (frame == PADDR_NONE) {
        return -ENOMEM;
    }
    int error = fill_frame(area, leaf->start, direct_map(frame));
    if (error != 0) {
        int refused = frame_free(frame);
        ASSERT_CMP(refused, ==, 0);
        return error;
    }
    page_table_set(leaf, frame | bits_for(area, access));
    aspace->resident_pages++;
    return 0;
}

static bool is_allowed(uint32_t flags, uint32_t access)
{
    /* What can be written or executed can be read: x86 has no other way. */
    uint32_t enough = access == AREA_READ ? AREA_RIGHTS : access;
    return (flags & enough) != 0;
}

/* Could AREA grow down to START, with all below it as it is? The first part of
 * Linux's expand_downwards. */
static bool can_grow_down(const struct vma *area, uaddr_t start)
{
    const struct vma *below = area->prev;

    if ((area->flags & AREA_GROWSDOWN) == 0 || start < aspace_lowest()) {
        return false;
    }
    return below == NULL || (below->flags & AREA_GROWSDOWN) != 0 ||
           (below->flags & AREA_RIGHTS) == 0 ||
           start - below->end >= AREA_GUARD_PAGES * PAGE_SIZE;
}

/* Do the limits let AREA grow down to START? Linux's acct_stack_growth. */
static bool may_grow_down(const struct aspace *aspace, const struct vma *area,
                          uaddr_t start)
{
    uint64_t grow = area->start - start;

    return grow >> PAGE_SHIFT <= area->page_offset &&
           aspace_may_expand(aspace, area->flags, grow >> PAGE_SHIFT) &&
           area->end - start <= aspace->limits.stack &&
           aspace_may_lock(aspace, area->flags, grow) &&
           aspace_may_promise(aspace, AREA_ACCOUNT, grow >> PAGE_SHIFT);
}

/* The area for ADDRESS, grown down to it where that is a stack's way. */
static struct vma *area_for(struct aspace *aspace, uaddr_t address)
{
    struct vma *area = area_find(&aspace->areas, address);
    if (area == NULL || area->start <= address) {
        return area;
    }
    uaddr_t start = align_down(address, PAGE_SIZE);
    if (!can_grow_down(area, start)) {
        return NULL;
    }
    area_touch(&aspace->areas, area);
    if (!may_grow_down(aspace, area, start)) {
        return NULL;
    }
    area_grow_down(&aspace->areas, area, start);
    return area;
}

/* A large page of its own for ADDRESS, if it may have one and there is one. */
static bool give_large_page(struct aspace *aspace, struct vma *area,
                            uaddr_t address, uint32_t access)
{
    if (!wants_large_page(area, address) ||
        !map_large_page(aspace, area, address, access)) {
        return false;
    }
    if (access == AREA_WRITE) {
        area_touch(&aspace->areas, area);
    }
    return true;
}

/* The bits of a leaf of AREA that shows a page of its object for ACCESS. */
static uint64_t bits_of_object(const struct vma *area, uint32_t access)
{
    uint64_t bits = aspace_leaf_bits(area->flags) | PTE_BORROWED;
    bool may_write =
        (area->flags & AREA_SHARED) != 0 &&
        (access == AREA_WRITE || !object_tells_writes(area->object));

    return may_write ? bits : (bits & ~PTE_WRITE) | PTE_UNWRITTEN;
}

/* Has the pages of AREA from LEAF on and before END, all of LEAF's table, show
 * what of its object is in memory. They are marked as used, as if they were. */
static void show_cached(const struct vma *area, struct page_table_leaf leaf,
                        uaddr_t end)
{
    const struct memory_object *object = area->object;
    uint64_t bits = bits_of_object(area, AREA_READ) | PTE_ACCESSED;
    uint64_t index = area_index(area, leaf.start);
    uint64_t last = index + ((end - leaf.start) >> PAGE_SHIFT);

    if (index < object->pages_in_data && !object->has_replaced) {
        size_t count = MIN(last, object->pages_in_data) - index;
        page_table_set_run(&leaf, count, object_place(object, index) | bits);
        leaf.entry += count;
        index += count;
    }
    bool has_more = object->frames > 0 || object->has_replaced;
    for (; index < last && has_more; index++) {
        paddr_t frame = object_find(object, index);
        if (frame != PADDR_NONE) {
            page_table_set_run(&leaf, 1, frame | bits);
        }
        leaf.entry++;
    }
}

/* The pages around LEAF, which was read: Linux's do_fault_around. */
static void show_neighbours(const struct vma *area, struct page_table_leaf leaf)
{
    uaddr_t start = MAX(align_down(leaf.start, AROUND_SPAN), area->start);
    uaddr_t table_end = align_up(leaf.start + 1, pt_entry_span(2));
    uaddr_t end = MIN(start + AROUND_SPAN, area->end);

    end = MIN(end, table_end);
    leaf.entry -= (leaf.start - start) >> PAGE_SHIFT;
    leaf.start = start;
    show_cached(area, leaf, end);
}

/* Has LEAF, which is empty, show what AREA's object has there. Where that may
 * have no page more, it ends for the program. */
static int show_object(const struct vma *area, uint32_t access,
                       const struct page_table_leaf *leaf)
{
    uint64_t index = area_index(area, leaf->start);
    paddr_t frame;
    int error = (access == AREA_WRITE ? object_page_to_write : object_page)(
        area->object, index, &frame);

    if (error != 0) {
        return error == -ENOSPC ? -EIO : error;
    }
    page_table_set(leaf, frame | bits_of_object(area, access));
    if (access != AREA_WRITE) {
        show_neighbours(area, *leaf);
    }
    return 0;
}

/* Fills LEAF, which is empty or shows what belongs to others. */
static int give_frame(struct aspace *aspace, struct vma *area, uint32_t access,
                      const struct page_table_leaf *leaf)
{
    bool is_shared = (area->flags & AREA_SHARED) != 0;

    if (area->object != NULL && (is_shared || access != AREA_WRITE)) {
        return show_object(area, access, leaf);
    }
    if (access != AREA_WRITE) {
        uint64_t bits = aspace_leaf_bits(area->flags) & ~PTE_WRITE;
        page_table_set(leaf,
                       frame_of_zeros() | bits | PTE_BORROWED | PTE_UNWRITTEN);
        return 0;
    }
    if (!is_shared) {
        area_touch(&aspace->areas, area);
    }
    return map_frame(aspace, area, access, leaf);
}

/* LEAF maps something, and yet there was a fault for ACCESS at PAGE: puts it
 * right. */
static int mend_leaf(struct aspace *aspace, struct vma *area, uint32_t access,
                     uaddr_t page, struct page_table_leaf *leaf)
{
    uint64_t entry = *leaf->entry;

    if (access != AREA_WRITE || (entry & PTE_WRITE) != 0) {
        return 0; /* only the CPU's memory of the entry was old */
    }
    if ((entry & PTE_BORROWED) != 0) {
        return give_frame(aspace, area, access, leaf);
    }
    area_touch(&aspace->areas, area);
    if ((entry & PTE_SHARED) != 0) {
        return aspace_own_leaf(aspace, area, page, leaf);
    }
    page_table_change(leaf,
                      (entry & ~PTE_UNWRITTEN) | aspace_leaf_bits(area->flags));
    return 0;
}

/* Memory for ACCESS to PAGE of AREA, whatever its rights are. */
static ALWAYS_INLINE int give_page(struct aspace *aspace, struct vma *area,
                                   uaddr_t page, uint32_t access)
{
    struct page_table_leaf leaf;

    if ((area->flags & AREA_HUGETLB) != 0) {
        return aspace_huge_fault(aspace, area, page, access);
    }
    /* Where there is a table, there is no large page. */
    if (!page_table_reach_again(aspace->root, page, &leaf)) {
        if (give_large_page(aspace, area, page, access)) {
            return 0;
        }
        if (!page_table_reach_anew(aspace->root, page, &leaf)) {
            return -ENOMEM;
        }
    }
    if (*leaf.entry == 0) {
        return give_frame(aspace, area, access, &leaf);
    }
    int error = mend_leaf(aspace, area, access, page, &leaf);
    aspace_flush(aspace, page, page + PAGE_SIZE);
    return error;
}

int aspace_fault(struct aspace *aspace, uaddr_t address, uint32_t access)
{
    struct vma *area = address < aspace->end ? area_for(aspace, address) : NULL;

    if (area == NULL) {
        return -EFAULT;
    }
    if (!is_allowed(area->flags, access)) {
        return -EACCES;
    }
    return give_page(aspace, area, align_down(address, PAGE_SIZE), access);
}

int aspace_own(struct aspace *aspace, uaddr_t address)
{
    struct vma *area = area_find(&aspace->areas, address);

    if (area == NULL || address < area->start) {
        return -EFAULT;
    }
    bool is_private = (area->flags & AREA_MAY_SHARE) == 0;
    if (!is_allowed(area->flags, is_private ? AREA_READ : AREA_WRITE)) {
        return -EACCES;
    }
    return give_page(aspace, area, align_down(address, PAGE_SIZE), AREA_WRITE);
}
