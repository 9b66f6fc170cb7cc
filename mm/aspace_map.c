/* mmap and munmap on an address space, and the limits that bind them. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"

bool aspace_may_expand(const struct aspace *aspace, uint32_t flags,
                       uint64_t pages)
{
    const struct area_totals *totals = &aspace->areas.totals;
    const struct aspace_limits *limits = &aspace->limits;
    bool is_data =
        (flags & (AREA_WRITE | AREA_SHARED | AREA_GROWSDOWN)) == AREA_WRITE;

    if (totals->pages + pages > limits->size >> PAGE_SHIFT) {
        return false;
    }
    if (!is_data || totals->data + pages <= limits->data >> PAGE_SHIFT) {
        return true;
    }
    /* Linux's exception, for valgrind. */
    return limits->data == 0 &&
           totals->data + pages <= limits->data_maximum >> PAGE_SHIFT;
}

bool aspace_may_promise_by_rule(const struct aspace *aspace, uint64_t pages)
{
    uint64_t all = memory_settings.ram_pages;

    switch ((enum overcommit)memory_settings.overcommit) {
    case OVERCOMMIT_ALWAYS:
        return true;
    case OVERCOMMIT_NEVER:
        return pages <= all / 2 && aspace->areas.totals.data <= all / 2 - pages;
    case OVERCOMMIT_GUESS:
    default:
        return pages <= all;
    }
}

static int check_huge(struct aspace *aspace, uaddr_t address)
{
    const struct vma *area = area_find(&aspace->areas, address);
    bool is_inside = area != NULL && area->start < address;

    return is_inside && (area->flags & AREA_HUGETLB) != 0 &&
                   !is_aligned(address, LARGE_PAGE_SIZE)
               ? aspace_refuse(-EINVAL, "a MAP_HUGETLB page would be cut")
               : 0;
}

int aspace_check_huge_ends(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    int error = check_huge(aspace, start);

    if (error != 0) {
        return error;
    }
    error = check_huge(aspace, end);
    if (error != 0) {
        area_cut(&aspace->areas, start);
    }
    return error;
}

int aspace_prepare_removal(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    int error = area_remove_check(&aspace->areas, start, end);
    if (error == 0) {
        error = area_reserve(&aspace->areas);
    }
    if (error == 0) {
        error = aspace_check_huge(aspace, start, end);
    }
    if (error == 0) {
        error = aspace_cut(aspace, start);
    }
    if (error == 0) {
        error = aspace_cut(aspace, end);
    }
    return error;
}

/* Frees the tables that [start, end), where no area is any more, does not share
 * with an area beside it. AFTER is the area that follows, or NULL. */
static void free_tables(struct aspace *aspace, uaddr_t start, uaddr_t end,
                        const struct vma *after)
{
    const struct vma *before = after != NULL ? after->prev : aspace->areas.last;
    uaddr_t floor = before != NULL ? before->end : 0;
    uaddr_t ceiling = after != NULL ? after->start : DIRECT_MAP_BASE;

    ASSERT(floor <= start && end <= ceiling);
    page_table_free_range(aspace->root, start, end, floor, ceiling);
}

/* With the memory go the page tables that served no area but these. */
void aspace_remove(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    bool is_untouched = page_table_is_blank(aspace->root, start, end);

    if (!is_untouched) {
        aspace_release(aspace, start, end);
    }
    const struct vma *after = area_remove(&aspace->areas, start, end);
    ASSERT(after == NULL || after->start >= end);
    if (!is_untouched) {
        free_tables(aspace, start, end, after);
    }
}

void aspace_free_tables(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    free_tables(aspace, start, end, area_find(&aspace->areas, end - 1));
}

/* Pages of [start, end) that are mapped: they go when something takes their
 * place, so the limits do not count them twice. */
static uint64_t count_mapped(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    uint64_t pages = 0;
    const struct vma *area = area_find_overlap(&aspace->areas, start, end);

    for (; area != NULL && area->start < end; area = area->next) {
        pages += (MIN(area->end, end) - MAX(area->start, start)) >> PAGE_SHIFT;
    }
    return pages;
}

/* The first part of Linux's mmap_region. */
static bool is_within_limits(struct aspace *aspace, uint32_t flags,
                             uaddr_t start, uaddr_t end)
{
    uint64_t pages = (end - start) >> PAGE_SHIFT;

    if (aspace_may_expand(aspace, flags, pages)) {
        return true;
    }
    uint64_t mapped = count_mapped(aspace, start, end);
    ASSERT_CMP(mapped, <=, pages);
    pages -= mapped;
    return aspace_may_expand(aspace, flags, pages);
}

/* Takes away what is mapped in [start, end), and sees to it that an area can be
 * put there. */
static int make_room(struct aspace *aspace, uaddr_t start, uaddr_t end)
{
    if (area_find_overlap(&aspace->areas, start, end) == NULL) {
        return area_reserve(&aspace->areas);
    }
    int error = aspace_prepare_removal(aspace, start, end);
    if (error == 0) {
        aspace_remove(aspace, start, end);
    }
    return error;
}

int aspace_map_at(struct aspace *aspace, const struct aspace_request *request,
                  uaddr_t start)
{
    uaddr_t end = start + request->length;
    uint32_t flags = request->area_flags | aspace->default_flags;
    bool is_huge = (flags & AREA_HUGETLB) != 0;

    ASSERT(is_aligned(start | request->length, PAGE_SIZE) && end > start);
    if (!is_within_limits(aspace, flags, start, end)) {
        return aspace_refuse(-ENOMEM, "RLIMIT_AS or RLIMIT_DATA is reached");
    }
    if (make_room(aspace, start, end) != 0) {
        return -ENOMEM; /* also where munmap says -EINVAL */
    }
    if (!aspace_may_promise(aspace, flags, request->length >> PAGE_SHIFT)) {
        return aspace_refuse(-ENOMEM,
                             "more is promised at once than there is RAM");
    }
    bool has_file = request->file != NULL || is_huge;
    struct vma wanted = area_wanted(start, end, flags);
    wanted.file = request->file;
    wanted.object = request->object;
    wanted.page_offset = has_file ? request->file_page : start >> PAGE_SHIFT;
    if (is_huge) {
        int error = aspace_prepare_huge(aspace, &wanted);
        if (error != 0) {
            return error;
        }
    }
    bool is_as_brk = (request->placement & ASPACE_AS_BRK) != 0;
    area_insert(&aspace->areas, &wanted,
                is_as_brk ? AREA_JOIN_BRK : AREA_JOIN_MMAP);
    if (is_huge && wanted.object != NULL) {
        object_put(wanted.object);
    }
    bool is_touched = (request->placement & ASPACE_POPULATE) != 0 ||
                      (flags & AREA_LOCKED) != 0;
    if (is_touched) {
        aspace_populate(aspace, start, end, ASPACE_ERRORS_PASS);
    }
    return 0;
}

int64_t aspace_map(struct aspace *aspace, const struct aspace_request *request)
{
    int64_t address = aspace_place(aspace, request);
    if (address < 0) {
        return address;
    }
    int error = aspace_map_at(aspace, request, (uaddr_t)address);
    return error != 0 ? error : address;
}

int aspace_unmap(struct aspace *aspace, uaddr_t start, uint64_t length)
{
    if (!is_aligned(start, PAGE_SIZE) || start > aspace->end ||
        length > aspace->end - start) {
        return aspace_refuse(-EINVAL, "the address is no multiple of 4096, or "
                                      "the range leaves the address space");
    }
    uaddr_t end = start + align_up(length, PAGE_SIZE);
    if (end == start) {
        return aspace_refuse(-EINVAL, "the length is 0, or wraps");
    }
    if (area_find_overlap(&aspace->areas, start, end) == NULL) {
        return 0;
    }
    int error = aspace_prepare_removal(aspace, start, end);
    if (error == 0) {
        aspace_remove(aspace, start, end);
    }
    return error;
}
