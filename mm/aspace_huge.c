/* MAP_HUGETLB: the pool of large pages, seen from a program. What is shared
 * belongs to an object (mm/object_huge.h); private pages that were reserved lie
 * in the page table from the beginning, out of the CPU's sight until the first
 * touch (PTE_UNTOUCHED). */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/byte_map.h"
#include "mm/huge_pool.h"
#include "mm/object_huge.h"
#include "mm/share.h"

static bool is_reserved(const struct vma *area)
{
    return (area->flags & AREA_NORESERVE) == 0;
}

/* Has LEAF, an empty one of a pd, show PAGE with BITS. */
static void set_leaf(struct aspace *aspace, const struct page_table_leaf *leaf,
                     paddr_t page, uint64_t bits)
{
    ASSERT(leaf->level == 2 && *leaf->entry == 0);
    page_table_set(leaf, page | bits | PTE_LARGE | PTE_POOL);
    aspace->large_leaves++;
}

/* Makes the tables of private AREA, so that nothing can fail later, or none at
 * all. */
static int make_tables(struct aspace *aspace, const struct vma *area)
{
    struct page_table_leaf leaf = {0};
    size_t steps = 0;

    for (uaddr_t at = area->start; at < area->end; at += LARGE_PAGE_SIZE) {
        int error = 0;
        if (!page_table_entry_near(aspace->root, at, 2, &leaf)) {
            error = aspace_refuse(-ENOMEM, "no memory for page tables");
        } else if (++steps % ASPACE_STOP_STEPS == 0 && aspace_must_stop()) {
            error = -EINTR;
        }
        if (error != 0) {
            aspace_free_tables(aspace, area->start, area->end);
            return error;
        }
    }
    return 0;
}

/* Puts the pages of private AREA, which were set aside in the pool, into its
 * tables. */
static void place_reserved(struct aspace *aspace, const struct vma *area)
{
    uint64_t bits = aspace_leaf_bits(area->flags) & ~PTE_PRESENT;
    struct page_table_leaf leaf = {0};
    size_t steps = 0;

    for (uaddr_t at = area->start; at < area->end; at += LARGE_PAGE_SIZE) {
        bool is_there = page_table_entry_near(aspace->root, at, 2, &leaf);
        ASSERT(is_there);
        paddr_t page = huge_pool_take();
        byte_map_set_tag(page, 1, aspace->tag);
        set_leaf(aspace, &leaf, page, bits | PTE_UNTOUCHED);
        aspace_step(++steps);
    }
}

static int prepare_private(struct aspace *aspace, struct vma *area)
{
    uint64_t count = (area->end - area->start) / LARGE_PAGE_SIZE;

    if (!is_reserved(area)) {
        return 0;
    }
    if (huge_pool_reserve(count) != 0) {
        return aspace_refuse(-ENOMEM, "the pool has not enough huge pages");
    }
    int error = make_tables(aspace, area);
    if (error != 0) {
        huge_pool_unreserve(count);
        return error;
    }
    place_reserved(aspace, area);
    area->flags |= AREA_HUGE_OWNER;
    return 0;
}

/* Linux's file behind it ends with the mapping, but one that can't be written
 * ends where it would without an offset. */
static int prepare_shared(struct vma *area)
{
    uint64_t pages = area_pages(area);
    uint64_t first = area->page_offset;
    bool is_writable = (area->flags & AREA_WRITE) != 0;

    area->object = object_create_huge(
        (is_writable ? first + pages : pages) << PAGE_SHIFT, first,
        first + pages, is_reserved(area) ? OBJECT_RESERVED : OBJECT_UNRESERVED);
    return area->object != NULL
               ? 0
               : aspace_refuse(-ENOMEM, "the pool has not enough huge pages");
}

int aspace_prepare_huge(struct aspace *aspace, struct vma *area)
{
    if (!is_aligned(area->page_offset, FRAMES_PER_LARGE_PAGE)) {
        return aspace_refuse(
            -EINVAL, "MAP_HUGETLB wants an offset that is a multiple of 2 MiB");
    }
    int error = (area->flags & AREA_MAY_SHARE) != 0
                    ? prepare_shared(area)
                    : prepare_private(aspace, area);
    if (error == 0) {
        aspace->has_huge = true;
        area->flags &= ~(AREA_LOCKED | AREA_LOCK_ON_FAULT);
    }
    return error;
}

static int show_object(struct aspace *aspace, const struct vma *area,
                       const struct page_table_leaf *leaf)
{
    paddr_t page;
    int error =
        object_huge_page(area->object, area_index(area, leaf->start), &page);

    if (error == 0) {
        set_leaf(aspace, leaf, page,
                 aspace_leaf_bits(area->flags) | PTE_BORROWED);
    }
    return error;
}

static int give_page(struct aspace *aspace, struct vma *area,
                     const struct page_table_leaf *leaf)
{
    bool is_lost = (area->flags & AREA_HUGE_LOST) != 0;
    paddr_t page = is_lost ? PADDR_NONE : huge_pool_alloc();

    if (page == PADDR_NONE) {
        return -EIO;
    }
    byte_map_set_tag(page, 1, aspace->tag);
    set_leaf(aspace, leaf, page, aspace_leaf_bits(area->flags));
    return 0;
}

/* Makes what LEAF of AREA has reserved visible. */
static void touch_reserved(const struct vma *area,
                           const struct page_table_leaf *leaf)
{
    huge_pool_touch(page_table_leaf_target(leaf));
    page_table_change(leaf, (*leaf->entry & ~PTE_UNTOUCHED) |
                                aspace_leaf_bits(area->flags));
}

int aspace_huge_fault(struct aspace *aspace, struct vma *area, uaddr_t page,
                      uint32_t access)
{
    struct page_table_leaf leaf;

    page = align_down(page, LARGE_PAGE_SIZE);
    if (!page_table_entry(aspace->root, page, 2, &leaf)) {
        return -ENOMEM;
    }
    uint64_t entry = *leaf.entry;
    if (entry == 0) {
        return area->object != NULL ? show_object(aspace, area, &leaf)
                                    : give_page(aspace, area, &leaf);
    }
    if ((entry & PTE_UNTOUCHED) != 0) {
        touch_reserved(area, &leaf);
        return 0;
    }
    bool is_copied = access == AREA_WRITE && (entry & PTE_SHARED) != 0;
    int error = is_copied ? aspace_own_leaf(aspace, area, page, &leaf) : 0;
    aspace_flush(aspace, page, page + PAGE_SIZE);
    return error;
}

/* Takes PAGE from private AREA, which then gets no other. */
static void take_from(struct aspace *aspace, struct vma *area, paddr_t page)
{
    struct page_table_leaf leaf;
    bool found =
        page_table_next_leaf(aspace->root, area->start, area->end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, area->end, &leaf)) {
        if (page_table_leaf_target(&leaf) == page) {
            bool was_last = frame_unshare(page);
            ASSERT(!was_last);
            page_table_set(&leaf, 0);
            aspace->large_leaves--;
            area->flags |= AREA_HUGE_LOST;
        }
        aspace_step(++steps);
    }
}

bool aspace_huge_take_back(const struct vma *area, paddr_t page)
{
    if ((area->flags & AREA_HUGE_OWNER) == 0) {
        return false;
    }
    for (struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        for (struct vma *other = a->areas.first; other != NULL;
             other = other->next) {
            uint32_t kind = other->flags & (AREA_HUGETLB | AREA_HUGE_OWNER);
            if (kind == AREA_HUGETLB && other->object == NULL) {
                take_from(a, other, page);
            }
        }
    }
    return !frame_is_shared(page);
}

void aspace_huge_release(const struct page_table_leaf *leaf)
{
    paddr_t page = page_table_leaf_target(leaf);
    uint64_t entry = *leaf->entry;

    if ((entry & PTE_BORROWED) != 0) {
        return;
    }
    if ((entry & PTE_UNTOUCHED) != 0) {
        huge_pool_free_untouched(page);
    } else if ((entry & PTE_SHARED) == 0 || frame_unshare(page)) {
        huge_pool_free(page);
    }
}

void aspace_huge_discard(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if ((*leaf.entry & PTE_UNTOUCHED) == 0) {
            aspace_huge_release(&leaf);
            page_table_set(&leaf, 0);
            aspace->large_leaves--;
        }
        aspace_step(++steps);
    }
    aspace_flush(aspace, start, end);
}

void aspace_huge_protect(struct aspace *aspace, uaddr_t start, uaddr_t end,
                         uint32_t flags)
{
    const uint64_t rights = PTE_PRESENT | PTE_WRITE | PTE_NX;
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        uint64_t given = aspace_leaf_bits(flags);
        if ((*leaf.entry & PTE_UNTOUCHED) != 0) {
            given &= ~PTE_PRESENT;
        }
        if ((*leaf.entry & PTE_SHARED) != 0) {
            given &= ~PTE_WRITE;
        }
        page_table_change(&leaf, (*leaf.entry & ~rights) | given);
        aspace_step(++steps);
    }
    aspace_flush(aspace, start, end);
}
