/* MADV_COLLAPSE: what single pages hold moves to large pages. The rules are
 * those of Linux's mm/khugepaged.c. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"

/* Of a walk that looks whether it has to stop. */
#define STOP_SPAN (16 * LARGE_PAGE_SIZE)

/* Could AREA have a large page at its end, and has it memory of its own?
 * (hugepage_vma_check) */
static bool is_suitable(const struct vma *area)
{
    const uint32_t others = AREA_NOHUGEPAGE | AREA_HUGETLB | AREA_NO_MERGE;
    uaddr_t end = align_down(area->end, LARGE_PAGE_SIZE);

    return area->object == NULL && area->anon != 0 &&
           (area->flags & others) == 0 && area->start < end &&
           end - area->start >= LARGE_PAGE_SIZE;
}

/* Copies what the pages at START hold to PAGE, which is zero. Returns whether
 * one of them may be written. */
static bool copy_pages(struct aspace *aspace, uaddr_t start, char *page)
{
    struct page_table_leaf leaf;
    uaddr_t end = start + LARGE_PAGE_SIZE;
    bool found = page_table_next_leaf(aspace->root, start, end, &leaf);
    bool is_shared = page_table_is_shared(aspace->root, start);
    bool is_writable = false;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if ((*leaf.entry & PTE_BORROWED) == 0) {
            memcpy(page + (leaf.start - start),
                   direct_map(page_table_leaf_target(&leaf)), PAGE_SIZE);
        }
        is_writable |= (*leaf.entry & PTE_WRITE) != 0;
    }
    return is_writable && !is_shared;
}

/* The frames of the pages at START, and the table that showed them, make way
 * for PAGE. */
static void replace_pages(struct aspace *aspace, const struct vma *area,
                          uaddr_t start, paddr_t page)
{
    uaddr_t end = start + LARGE_PAGE_SIZE;

    aspace_release(aspace, start, end);
    page_table_free_range(aspace->root, start, end, start, end);
    struct page_table_leaf leaf;
    bool is_there = page_table_entry(aspace->root, start, 2, &leaf);
    ASSERT(is_there);
    aspace_set_large_leaf(aspace, &leaf, page, aspace_leaf_bits(area->flags));
}

static int collapse_pages(struct aspace *aspace, const struct vma *area,
                          uaddr_t start)
{
    struct page_table_leaf leaf;

    if (!page_table_next_leaf(aspace->root, start, start + LARGE_PAGE_SIZE,
                              &leaf)) {
        return aspace_refuse(-EINVAL, "there is nothing to collapse");
    }
    if (leaf.level == 2) {
        return 0;
    }
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    if (page == PADDR_NONE) {
        return aspace_refuse(-ENOMEM, "no large page is free");
    }
    memset(direct_map(page), 0, LARGE_PAGE_SIZE);
    if (!copy_pages(aspace, start, direct_map(page))) {
        int error = byte_map_free(page, 1);
        ASSERT_CMP(error, ==, 0);
        return aspace_refuse(-EINVAL, "no page to collapse may be written");
    }
    replace_pages(aspace, area, start, page);
    return 0;
}

int aspace_collapse(struct aspace *aspace, const struct vma *area,
                    uaddr_t start, uaddr_t end)
{
    uaddr_t at = align_up(start, LARGE_PAGE_SIZE);
    int result = 0;

    if (!is_suitable(area)) {
        return aspace_refuse(
            -EINVAL, "MADV_COLLAPSE wants private anonymous memory that was "
                     "touched, without MADV_NOHUGEPAGE, with 2 MiB at its end");
    }
    if (at > align_down(end, LARGE_PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "the range lies inside of 2 MiB");
    }
    for (; at + LARGE_PAGE_SIZE <= end; at += LARGE_PAGE_SIZE) {
        if (is_aligned(at, STOP_SPAN) && aspace_must_stop()) {
            return -EINTR;
        }
        int error = collapse_pages(aspace, area, at);
        if (error == -ENOMEM) {
            return error;
        }
        result = error != 0 ? error : result;
    }
    return result;
}
