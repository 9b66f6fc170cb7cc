/* mremap: Linux's mm/mremap.c, step by step. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"

#define MREMAP_KNOWN (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

/* A move needs up to this many areas more (Linux's move_vma). */
#define MOVE_AREAS   3

/* The nodes for them: to isolate a part takes two, and its copy one; and where
 * the old place goes, that takes one beside the copy's. */
#define MOVE_NODES   3

static struct vma *find_area(struct aspace *aspace, uaddr_t address)
{
    struct vma *area = area_find(&aspace->areas, address);
    return area != NULL && area->start <= address ? area : NULL;
}

static bool is_shared(const struct vma *area)
{
    return (area->flags & (AREA_SHARED | AREA_MAY_SHARE)) != 0;
}

/* Anonymous and never touched: it may merge where it comes to. */
static bool is_untouched(const struct vma *area)
{
    return area->object == NULL && area->anon == 0 &&
           (area->flags & AREA_HUGETLB) == 0;
}

/* Does the old place stay mapped? */
static bool stays(const struct aspace_remap *r)
{
    return (r->flags & MREMAP_DONTUNMAP) != 0;
}

/* May the area at REMAP's address become as long as it wants: 0 or -EXXX
 * (vma_to_resize). */
static int check_resize(struct aspace *aspace, const struct aspace_remap *r)
{
    const struct vma *area = find_area(aspace, r->old_address);
    uint64_t more = r->new_length - r->old_length;

    if (area == NULL) {
        return aspace_refuse(-EFAULT, "nothing is mapped at the old address");
    }
    if (r->old_length == 0 && !is_shared(area)) {
        return aspace_refuse(-EINVAL,
                             "an old size of 0 is for shared mappings");
    }
    if (stays(r) && (area->flags & AREA_HUGETLB) != 0) {
        return aspace_refuse(-EINVAL,
                             "MREMAP_DONTUNMAP is not for MAP_HUGETLB");
    }
    if (r->old_length > area->end - r->old_address) {
        return aspace_refuse(-EFAULT, "the old range leaves its area");
    }
    if (more == 0) {
        return 0;
    }
    uint64_t offset = area_index(area, r->old_address);
    if (offset + (r->new_length >> PAGE_SHIFT) < offset) {
        return aspace_refuse(-EINVAL, "the page offset would wrap");
    }
    if (!aspace_may_lock(aspace, area->flags, more)) {
        return aspace_refuse(-EAGAIN, "RLIMIT_MEMLOCK is reached");
    }
    return aspace_may_expand(aspace, area->flags, more >> PAGE_SHIFT)
               ? 0
               : aspace_refuse(-ENOMEM, "RLIMIT_AS or RLIMIT_DATA is reached");
}

/* Makes the tables that move_leaves will need. Large pages that would not be
 * aligned at the new place are cut. */
static int prepare_leaves(struct aspace *aspace, uaddr_t from, uaddr_t to,
                          uint64_t length)
{
    uaddr_t end = from + length;
    bool is_congruent = is_aligned(from - to, LARGE_PAGE_SIZE);
    struct page_table_leaf target = {0};
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, from, end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        if (leaf.level == 2 && !is_congruent) {
            int error = aspace_cut(aspace, leaf.start + PAGE_SIZE);
            if (error != 0) {
                return error;
            }
            found = page_table_next_leaf(aspace->root, leaf.start, end, &leaf);
            ASSERT(found);
        }
        if (!page_table_entry_near(aspace->root, leaf.start - from + to,
                                   leaf.level, &target)) {
            return -ENOMEM;
        }
        if (++steps % ASPACE_STOP_STEPS == 0 && aspace_must_stop()) {
            return -EINTR;
        }
    }
    return 0;
}

/* All that may fail of moving what the pages of [from, from + length) hold to
 * the same place in [to, to + length), where no area is. When it does fail, no
 * table stays there; large pages that were cut remain so, which nobody sees. */
static int prepare_move(struct aspace *aspace, uaddr_t from, uaddr_t to,
                        uint64_t length)
{
    int error = aspace_cut(aspace, from);

    if (error == 0) {
        error = aspace_cut(aspace, from + length);
    }
    if (error == 0) {
        error = aspace_own_tables(aspace, from, from + length);
    }
    if (error == 0) {
        error = prepare_leaves(aspace, from, to, length);
        if (error != 0) {
            aspace_free_tables(aspace, to, to + length);
        }
    }
    return error;
}

static void move_leaves(struct aspace *aspace, uaddr_t from, uaddr_t to,
                        uint64_t length)
{
    uaddr_t end = from + length;
    struct page_table_leaf target = {0};
    struct page_table_leaf leaf;
    bool found = page_table_next_leaf(aspace->root, from, end, &leaf);
    size_t steps = 0;

    for (; found; found = page_table_advance(aspace->root, end, &leaf)) {
        bool is_there = page_table_entry_near(
            aspace->root, leaf.start - from + to, leaf.level, &target);
        ASSERT(is_there && *target.entry == 0);
        page_table_move(&leaf, &target);
        aspace_step(++steps);
    }
    if (steps > 0) {
        aspace_flush(aspace, from, end);
    }
}

/* Inserts WANTED, what the area at REMAP's address becomes at its new place
 * (copy_vma). With MREMAP_DONTUNMAP an untouched area that would border on its
 * copy is merged with nothing. */
static void insert_moved(struct aspace *aspace, const struct aspace_remap *r,
                         const struct vma *wanted)
{
    const struct vma *source = find_area(aspace, r->old_address);
    bool borders = wanted->start == source->end || wanted->end == source->start;
    bool is_apart = stays(r) && borders && is_untouched(source);

    area_insert(&aspace->areas, wanted,
                is_apart ? AREA_JOIN_NONE : AREA_JOIN_MOVE);
}

/* With MREMAP_DONTUNMAP a locked part becomes an area of its own before
 * anything else, so that its lock can go. */
static void isolate_locked(struct aspace *aspace, const struct aspace_remap *r)
{
    struct vma *area = find_area(aspace, r->old_address);

    if (stays(r) && (area->flags & AREA_LOCKED) != 0) {
        area_isolate(&aspace->areas, area, r->old_address,
                     r->old_address + r->old_length);
    }
}

/* move_vma. The new place is free. */
static int64_t move(struct aspace *aspace, const struct aspace_remap *r,
                    uaddr_t to)
{
    const struct vma *area = find_area(aspace, r->old_address);
    uint64_t more = stays(r) ? r->new_length : r->new_length - r->old_length;
    uint64_t kept = MIN(r->old_length, r->new_length);
    uint32_t flags = area->flags;

    if (area_room(&aspace->areas) <= MOVE_AREAS ||
        !aspace_may_promise(aspace, flags, more >> PAGE_SHIFT)) {
        return aspace_refuse(
            -ENOMEM,
            "too many areas, or more is promised at once than there is RAM");
    }
    int error = area_reserve_count(&aspace->areas, MOVE_NODES);
    if (error == 0) {
        error = prepare_move(aspace, r->old_address, to, kept);
    }
    if (error != 0) {
        return error;
    }
    isolate_locked(aspace, r);
    area = find_area(aspace, r->old_address);
    struct vma wanted = {
        .start = to,
        .end = to + r->new_length,
        .flags = flags,
        .file = area->file,
        .object = area->object,
        .anon = area->anon,
        .page_offset = is_untouched(area) ? to >> PAGE_SHIFT
                                          : area_index(area, r->old_address),
    };
    insert_moved(aspace, r, &wanted);
    move_leaves(aspace, r->old_address, to, kept);
    if (stays(r)) {
        area_vacate(&aspace->areas, find_area(aspace, r->old_address),
                    r->old_address, r->old_address + r->old_length);
    } else if (r->old_length > 0) {
        aspace_remove(aspace, r->old_address, r->old_address + r->old_length);
    }
    if ((flags & AREA_LOCKED) != 0) {
        aspace_populate(aspace, to + kept, to + r->new_length,
                        ASPACE_ERRORS_PASS);
    }
    return (int64_t)to;
}

/* Where a copy of the area at REMAP's address would go. */
static int64_t place(struct aspace *aspace, const struct aspace_remap *r,
                     unsigned placement, uaddr_t hint)
{
    const struct vma *area = find_area(aspace, r->old_address);
    struct aspace_request request = {
        .address = hint,
        .length = r->new_length,
        .area_flags = area->flags,
        .placement = r->placement | placement,
        .file = area->file,
    };
    return aspace_place(aspace, &request);
}

/* With MREMAP_FIXED or MREMAP_DONTUNMAP (mremap_to). */
static int64_t remap_to(struct aspace *aspace, const struct aspace_remap *r)
{
    struct aspace_remap left = *r;
    bool is_fixed = (r->flags & MREMAP_FIXED) != 0;
    uaddr_t old_end = r->old_address + r->old_length;

    if (!is_aligned(r->new_address, PAGE_SIZE) || r->new_length > aspace->end ||
        r->new_address > aspace->end - r->new_length ||
        (old_end > r->new_address &&
         r->new_address + r->new_length > r->old_address)) {
        return aspace_refuse(-EINVAL, "the new range is not aligned, leaves "
                                      "the address space, or overlaps the old");
    }
    if (area_room(&aspace->areas) <= MOVE_AREAS + 2) {
        return aspace_refuse(-ENOMEM, "too many areas");
    }
    int error = 0;
    if (is_fixed) {
        error = aspace_unmap(aspace, r->new_address, r->new_length);
    }
    if (error == 0 && r->old_length > r->new_length) {
        error = aspace_unmap(aspace, r->old_address + r->new_length,
                             r->old_length - r->new_length);
        left.old_length = r->new_length;
    }
    if (error == 0) {
        error = check_resize(aspace, &left);
    }
    if (error != 0) {
        return error;
    }
    const struct vma *area = find_area(aspace, r->old_address);
    if (stays(r) && !aspace_may_expand(aspace, area->flags,
                                       left.old_length >> PAGE_SHIFT)) {
        return aspace_refuse(-ENOMEM, "RLIMIT_AS or RLIMIT_DATA is reached");
    }
    int64_t to =
        place(aspace, &left, is_fixed ? ASPACE_FIXED : 0, r->new_address);
    return to < 0 ? to : move(aspace, &left, (uaddr_t)to);
}

/* Is there nothing from END to where the area wants to end (vma_expandable)? */
static bool is_expandable(struct aspace *aspace, uaddr_t end, uint64_t more)
{
    uaddr_t new_end = end + more;
    return new_end >= end && new_end <= aspace->end &&
           area_find_overlap(&aspace->areas, end, new_end) == NULL;
}

static int expand(struct aspace *aspace, struct vma *area, uint64_t more)
{
    uaddr_t end = area->end;
    uint32_t flags = area->flags;

    if (!aspace_may_promise(aspace, flags, more >> PAGE_SHIFT)) {
        return aspace_refuse(-ENOMEM,
                             "more is promised at once than there is RAM");
    }
    area_grow_up(&aspace->areas, area, end + more);
    if ((flags & AREA_LOCKED) != 0) {
        aspace_populate(aspace, end, end + more, ASPACE_ERRORS_PASS);
    }
    return 0;
}

static int64_t grow(struct aspace *aspace, const struct aspace_remap *r)
{
    uint64_t more = r->new_length - r->old_length;
    int error = check_resize(aspace, r);
    if (error != 0) {
        return error;
    }
    struct vma *area = find_area(aspace, r->old_address);
    if (r->old_length == area->end - r->old_address &&
        is_expandable(aspace, area->end, more)) {
        error = expand(aspace, area, more);
        return error != 0 ? error : (int64_t)r->old_address;
    }
    if ((r->flags & MREMAP_MAYMOVE) == 0) {
        return aspace_refuse(
            -ENOMEM,
            "no room behind the area, and MREMAP_MAYMOVE is not given");
    }
    int64_t to = place(aspace, r, 0, 0);
    return to < 0 ? to : move(aspace, r, (uaddr_t)to);
}

static bool has_good_flags(const struct aspace_remap *r)
{
    bool may_move = (r->flags & MREMAP_MAYMOVE) != 0;

    return (r->flags & ~MREMAP_KNOWN) == 0 &&
           ((r->flags & MREMAP_FIXED) == 0 || may_move) &&
           (!stays(r) || (may_move && r->old_length == r->new_length));
}

/* MAP_HUGETLB: whole large pages move to where such can be, and never become
 * more. */
static int round_to_large_pages(struct aspace_remap *r)
{
    r->old_length = align_up(r->old_length, LARGE_PAGE_SIZE);
    r->new_length = align_up(r->new_length, LARGE_PAGE_SIZE);
    if (!is_aligned(r->old_address | r->new_address, LARGE_PAGE_SIZE) ||
        r->new_length > r->old_length) {
        return aspace_refuse(-EINVAL,
                             "MAP_HUGETLB does not grow, and its addresses "
                             "are multiples of 2 MiB, also the unused one");
    }
    return 0;
}

int64_t aspace_remap(struct aspace *aspace, const struct aspace_remap *remap)
{
    struct aspace_remap r = *remap;

    if (!has_good_flags(&r) || !is_aligned(r.old_address, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "unknown or contradicting flags, or an "
                                      "address that is no multiple of 4096");
    }
    r.old_length = align_up(r.old_length, PAGE_SIZE);
    r.new_length = align_up(r.new_length, PAGE_SIZE);
    if (r.new_length == 0) {
        return aspace_refuse(-EINVAL, "the new size is 0");
    }
    const struct vma *area = find_area(aspace, r.old_address);
    if (area == NULL) {
        return aspace_refuse(-EFAULT, "nothing is mapped at the old address");
    }
    if ((area->flags & AREA_HUGETLB) != 0) {
        int error = round_to_large_pages(&r);
        if (error != 0) {
            return error;
        }
    }
    if ((r.flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0) {
        return remap_to(aspace, &r);
    }
    if (r.old_length > r.new_length) {
        int error = aspace_unmap(aspace, r.old_address + r.new_length,
                                 r.old_length - r.new_length);
        return error != 0 ? error : (int64_t)r.old_address;
    }
    if (r.old_length == r.new_length) {
        return (int64_t)r.old_address;
    }
    return grow(aspace, &r);
}
