/* brk, mmap, munmap and mprotect on an address space. */
#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "mm/aspace_priv.h"

/* Where MAP_32BIT places: Linux's range of arch/x86/kernel/sys_x86_64.c. */
#define LOW_START 0x40000000ull
#define LOW_END   0x80000000ull

static bool is_free(struct aspace *aspace, uaddr_t start, uint64_t length)
{
    const struct vma *area = area_find(&aspace->areas, start);
    return area == NULL || start + length <= area_guarded_start(area);
}

/* An anonymous mapping that can hold a large page is aligned so that it does,
 * as on Linux since 6.7. */
static uint64_t alignment_for(const struct aspace_request *request)
{
    if (request->file == NULL && request->length >= LARGE_PAGE_SIZE) {
        return LARGE_PAGE_SIZE;
    }
    return PAGE_SIZE;
}

static uaddr_t find_low(struct aspace *aspace,
                        const struct aspace_request *request)
{
    struct area_gap gap = {
        .length = request->length,
        .low = LOW_START,
        .high = MIN(LOW_END, aspace->end),
        .alignment = PAGE_SIZE,
    };
    return area_gap_lowest(&aspace->areas, &gap);
}

/* Downwards from mmap_base; if that is full, upwards from a third of the
 * address space, as Linux does. */
static uaddr_t find_place(struct aspace *aspace,
                          const struct aspace_request *request)
{
    if ((request->placement & ASPACE_BELOW_2G) != 0 && aspace->end > LOW_END) {
        return find_low(aspace, request);
    }
    struct area_gap gap = {
        .length = request->length,
        .low = USER_MAP_MIN,
        .high = aspace->mmap_base,
        .alignment = alignment_for(request),
    };
    uaddr_t found = area_gap_topmost(&aspace->areas, &gap);
    if (found == AREA_NO_GAP && gap.alignment > PAGE_SIZE) {
        gap.alignment = PAGE_SIZE;
        found = area_gap_topmost(&aspace->areas, &gap);
    }
    if (found == AREA_NO_GAP) {
        gap.low = align_up(aspace->end / 3, PAGE_SIZE);
        gap.high = aspace->end;
        found = area_gap_lowest(&aspace->areas, &gap);
    }
    return found;
}

/* The address for REQUEST, or an error as a negative number. */
static int64_t choose_address(struct aspace *aspace,
                              const struct aspace_request *request)
{
    uint64_t length = request->length;
    uaddr_t address = request->address;

    if (length > aspace->end) {
        return -ENOMEM;
    }
    if ((request->placement & ASPACE_FIXED) != 0) {
        if (address > aspace->end - length) {
            return -ENOMEM;
        }
        return is_aligned(address, PAGE_SIZE) ? (int64_t)address : -EINVAL;
    }
    address = align_up(address, PAGE_SIZE);
    if (address != 0) {
        address = MAX(address, USER_MAP_MIN);
        if (address <= aspace->end - length &&
            is_free(aspace, address, length)) {
            return (int64_t)address;
        }
    }
    address = find_place(aspace, request);
    return address == AREA_NO_GAP ? -ENOMEM : (int64_t)address;
}

/* Frees the page tables that served [start, end) alone, now that no area is
 * there any more. */
static void free_tables(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    const struct vma *after = area_find(&aspace->areas, end);
    const struct vma *before = after != NULL ? after->prev : aspace->areas.last;
    uaddr_t floor = before != NULL ? before->end : 0;
    uaddr_t ceiling = after != NULL ? after->start : DIRECT_MAP_BASE;

    page_table_free_range(aspace->root, start, end, floor, ceiling);
}

/* All that may fail of taking [start, end) away. */
static int prepare_removal(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    int error = area_remove_check(&aspace->areas, start, end);
    if (error == 0) {
        error = area_reserve(&aspace->areas);
    }
    if (error == 0) {
        error = aspace_cut(aspace, start);
    }
    if (error == 0) {
        error = aspace_cut(aspace, end);
    }
    return error;
}

static void remove(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    aspace_release(aspace, start, end);
    area_remove(&aspace->areas, start, end);
    free_tables(aspace, start, end);
}

int64_t aspace_map(struct aspace *aspace, const struct aspace_request *request)
{
    if (aspace->areas.count > AREA_COUNT_MAX) {
        return -ENOMEM;
    }
    int64_t address = choose_address(aspace, request);
    if (address < 0) {
        return address;
    }
    uaddr_t start = (uaddr_t)address;
    uaddr_t end = start + request->length;
    const struct vma *old = area_find_overlap(&aspace->areas, start, end);
    if (old != NULL && (request->placement & ASPACE_NOREPLACE) != 0) {
        return -EEXIST;
    }
    int error = prepare_removal(aspace, start, end);
    if (error != 0) {
        return error;
    }
    if (old != NULL) {
        remove(aspace, start, end);
    }
    struct vma wanted = {
        .start = start,
        .end = end,
        .flags = request->area_flags,
        .file = request->file,
        .page_offset =
            request->file != NULL ? request->file_page : start >> PAGE_SHIFT,
    };
    area_insert(&aspace->areas, &wanted, AREA_JOIN_MMAP);
    if ((request->placement & ASPACE_POPULATE) != 0) {
        /* As on Linux, what can't be touched now is no error of mmap. */
        (void)aspace_populate(aspace, start, end);
    }
    return address;
}

int aspace_unmap(struct aspace *aspace, uaddr_t start, uint64_t length)
{
    if (!is_aligned(start, PAGE_SIZE) || start > aspace->end ||
        length > aspace->end - start) {
        return -EINVAL;
    }
    uaddr_t end = start + align_up(length, PAGE_SIZE);
    if (end == start) {
        return -EINVAL;
    }
    if (area_find_overlap(&aspace->areas, start, end) == NULL) {
        return 0;
    }
    int error = prepare_removal(aspace, start, end);
    if (error == 0) {
        remove(aspace, start, end);
    }
    return error;
}

/* Gives the leaves of [start, end) the rights of FLAGS. */
static void protect_leaves(struct aspace *aspace, uaddr_t start, uaddr_t end,
                           uint32_t flags)
{
    struct page_table_leaf leaf;
    uint64_t rights = PTE_PRESENT | PTE_WRITE | PTE_NX;
    bool found = false;

    for (uaddr_t at = start; page_table_next_leaf(aspace->root, at, end, &leaf);
         at = page_table_leaf_end(&leaf)) {
        uint64_t bits = aspace_leaf_bits(flags);
        if (page_table_leaf_target(&leaf) == aspace_zero_frame()) {
            bits &= ~PTE_WRITE;
        }
        *leaf.entry = (*leaf.entry & ~rights) | bits;
        found = true;
    }
    if (found) {
        aspace_flush(aspace, start, end);
    }
}

/* mprotect of the part [start, end) of AREA. */
static int protect_part(struct aspace *aspace, struct vma *area, uaddr_t start,
                        uaddr_t end, uint32_t rights)
{
    uint32_t may = area->flags >> AREA_MAY_SHIFT & AREA_RIGHTS;
    uint32_t flags = (area->flags & ~AREA_RIGHTS) | rights;

    if ((rights & ~may) != 0) {
        return -EACCES;
    }
    int error = area_reserve(&aspace->areas);
    if (error == 0) {
        error = aspace_cut(aspace, start);
    }
    if (error == 0) {
        error = aspace_cut(aspace, end);
    }
    struct vma *changed;
    if (error == 0) {
        error = area_change(&aspace->areas, area, start, end, flags, &changed);
    }
    if (error == 0) {
        protect_leaves(aspace, start, end, flags);
    }
    return error;
}

int aspace_protect(struct aspace *aspace, uaddr_t start, uint64_t length,
                   uint32_t rights)
{
    uaddr_t end = start + align_up(length, PAGE_SIZE);

    if (!is_aligned(start, PAGE_SIZE)) {
        return -EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    if (end <= start) {
        return -ENOMEM;
    }
    for (uaddr_t at = start; at < end;) {
        struct vma *area = area_find(&aspace->areas, at);
        if (area == NULL || area->start > at) {
            return -ENOMEM;
        }
        uaddr_t part_end = MIN(area->end, end);
        int error = protect_part(aspace, area, at, part_end, rights);
        if (error != 0) {
            return error;
        }
        at = part_end;
    }
    return 0;
}

static uint32_t heap_flags(void)
{
    return AREA_READ | AREA_WRITE | AREA_MAY_READ | AREA_MAY_WRITE |
           AREA_MAY_EXEC | AREA_ACCOUNT;
}

static bool grow_brk(struct aspace *aspace, uaddr_t from, uaddr_t to)
{
    const struct vma *after = area_find(&aspace->areas, from);
    struct vma wanted = {
        .start = from,
        .end = to,
        .flags = heap_flags(),
        .page_offset = from >> PAGE_SHIFT,
    };

    /* A page stays free between the heap and what is above it. */
    if (to > aspace->end ||
        (after != NULL && to + PAGE_SIZE > area_guarded_start(after)) ||
        aspace->areas.count > AREA_COUNT_MAX ||
        area_reserve(&aspace->areas) != 0) {
        return false;
    }
    area_insert(&aspace->areas, &wanted, AREA_JOIN_BRK);
    return true;
}

uaddr_t aspace_brk(struct aspace *aspace, uaddr_t wanted)
{
    uaddr_t old_end = align_up(aspace->brk, PAGE_SIZE);
    uaddr_t new_end = align_up(wanted, PAGE_SIZE);

    if (wanted < aspace->brk_start || new_end < wanted) {
        return aspace->brk;
    }
    if (new_end < old_end) {
        if (aspace_unmap(aspace, new_end, old_end - new_end) != 0) {
            return aspace->brk;
        }
    } else if (new_end > old_end && !grow_brk(aspace, old_end, new_end)) {
        return aspace->brk;
    }
    aspace->brk = wanted;
    return wanted;
}

void aspace_discard(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    if (aspace_cut(aspace, start) == 0 && aspace_cut(aspace, end) == 0) {
        aspace_release(aspace, start, end);
    }
}
