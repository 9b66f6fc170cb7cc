/* Memory on first touch. */
#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/string.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"

/* ENTRY of a private AREA that has no memory of its own yet, filled by a read:
 * the first write has to come to aspace_fault again. */
static void mark_unwritten(const struct vma *area, uint32_t access,
                           uint64_t *entry)
{
    if (access != AREA_WRITE && area->anon == 0 &&
        (area->flags & AREA_SHARED) == 0) {
        *entry = (*entry & ~PTE_WRITE) | PTE_UNWRITTEN;
    }
}

void aspace_set_large_leaf(struct aspace *aspace, const struct vma *area,
                           uint64_t *entry, paddr_t page)
{
    byte_map_set_tag(page, 1, aspace->tag);
    *entry = page | aspace_leaf_bits(area->flags) | PTE_LARGE;
    aspace->resident_pages += FRAMES_PER_LARGE_PAGE;
    aspace->large_leaves++;
}

/* May this area's 2 MiB around ADDRESS be one large page? */
static bool wants_large_page(const struct vma *area, uaddr_t address)
{
    uaddr_t start = align_down(address, LARGE_PAGE_SIZE);

    return area->file == NULL && aspace_may_have_large_pages(area->flags) &&
           area->start <= start && start + LARGE_PAGE_SIZE <= area->end;
}

/* Maps a large page at ADDRESS if its 2 MiB are untouched and one is free. */
static bool map_large_page(struct aspace *aspace, const struct vma *area,
                           uaddr_t address, uint32_t access)
{
    uint64_t *entry = page_table_entry(aspace->root, address, 2);
    if (entry == NULL || *entry != 0) {
        return false;
    }
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    if (page == PADDR_NONE) {
        return false;
    }
    memset(direct_map(page), 0, LARGE_PAGE_SIZE);
    aspace_set_large_leaf(aspace, area, entry, page);
    mark_unwritten(area, access, entry);
    return true;
}

/* Fills a fresh frame with what the page at ADDRESS shows first. */
static int fill_frame(const struct vma *area, uaddr_t address, void *frame)
{
    if (area->file == NULL) {
        memset(frame, 0, FRAME_SIZE);
        return 0;
    }
    uint64_t page = area->page_offset + ((address - area->start) >> PAGE_SHIFT);
    if (page > UINT64_MAX >> PAGE_SHIFT) {
        return -EIO; /* mremap leads past the largest offset in bytes */
    }
    size_t got =
        aspace_file_read(area->file, page << PAGE_SHIFT, frame, FRAME_SIZE);
    if (got == 0) {
        return -EIO;
    }
    memset((char *)frame + got, 0, FRAME_SIZE - got);
    return 0;
}

/* Gives the page at ADDRESS a frame of its own, in ENTRY. */
static int map_frame(struct aspace *aspace, const struct vma *area,
                     uaddr_t address, uint64_t *entry)
{
    paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (frame == PADDR_NONE) {
        return -ENOMEM;
    }
    int error = fill_frame(area, address, direct_map(frame));
    if (error != 0) {
        int refused = frame_free(frame);
        ASSERT_CMP(refused, ==, 0);
        return error;
    }
    *entry = frame | aspace_leaf_bits(area->flags);
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

/* The frame that other mappings of the file show too. 0 and *ENTRY unchanged:
 * there is none, each has a copy. */
static int map_shared(const struct vma *area, uaddr_t page, uint64_t *entry)
{
    paddr_t frame;
    uint64_t index = area->page_offset + ((page - area->start) >> PAGE_SHIFT);
    int error = aspace_file_frame(area->file, index, &frame);

    if (error == 0 && frame != PADDR_NONE) {
        *entry = frame | aspace_leaf_bits(area->flags) | PTE_BORROWED;
    }
    return error;
}

/* Fills ENTRY, which is empty or shows the zero frame, for PAGE. */
static int give_frame(struct aspace *aspace, struct vma *area, uaddr_t page,
                      uint32_t access, uint64_t *entry)
{
    bool is_shared = (area->flags & AREA_SHARED) != 0;

    if (is_shared && area->file != NULL) {
        int error = map_shared(area, page, entry);
        if (error != 0 || *entry != 0) {
            return error;
        }
    }
    if (area->file == NULL && access != AREA_WRITE) {
        uint64_t bits = aspace_leaf_bits(area->flags) & ~PTE_WRITE;
        *entry = aspace_zero_frame() | bits | PTE_BORROWED | PTE_UNWRITTEN;
        return 0;
    }
    if (!is_shared && access == AREA_WRITE) {
        area_touch(&aspace->areas, area);
    }
    int error = map_frame(aspace, area, page, entry);
    if (error == 0) {
        mark_unwritten(area, access, entry);
    }
    return error;
}

/* ENTRY maps something, and yet there was a fault for ACCESS. Puts it right, or
 * returns false where it shows the zero frame and this is the first write: then
 * it needs a frame. */
static bool mend_entry(struct aspace *aspace, struct vma *area, uint32_t access,
                       uint64_t *entry)
{
    if (access != AREA_WRITE || (*entry & PTE_UNWRITTEN) == 0) {
        return true; /* only the CPU's memory of the entry was old */
    }
    if ((*entry & PTE_BORROWED) != 0) {
        return false;
    }
    area_touch(&aspace->areas, area);
    *entry = (*entry & ~PTE_UNWRITTEN) | aspace_leaf_bits(area->flags);
    return true;
}

static bool has_leaf(const struct aspace *aspace, uaddr_t page)
{
    struct page_table_leaf leaf;

    return page_table_next_leaf(aspace->root, page, page + PAGE_SIZE, &leaf);
}

int aspace_fault(struct aspace *aspace, uaddr_t address, uint32_t access)
{
    uaddr_t page = align_down(address, PAGE_SIZE);
    struct vma *area = address < aspace->end ? area_for(aspace, address) : NULL;

    if (area == NULL) {
        return -EFAULT;
    }
    if (!is_allowed(area->flags, access)) {
        return -EACCES;
    }
    if (give_large_page(aspace, area, page, access)) {
        return 0;
    }
    if ((area->flags & AREA_HUGETLB) != 0 && !has_leaf(aspace, page)) {
        return -EIO; /* as on Linux, where there is none in the pool */
    }
    uint64_t *entry = page_table_reach(aspace->root, page);
    if (entry == NULL) {
        return -ENOMEM;
    }
    bool was_mapped = *entry != 0;
    int error = 0;
    if (!was_mapped || !mend_entry(aspace, area, access, entry)) {
        error = give_frame(aspace, area, page, access, entry);
    }
    if (was_mapped) {
        aspace_flush(aspace, page, page + PAGE_SIZE);
    }
    return error;
}
