/* Where a mapping goes: Linux's get_unmapped_area for x86
 * (arch/x86/kernel/sys_x86_64.c). */
#include "kernel/abi/errno.h"
#include "mm/aspace_priv.h"

/* Where MAP_32BIT places: find_start_end. */
#define LOW_START 0x40000000ull
#define LOW_END   0x80000000ull

/* Is [address, address + length) free, guard gaps included, and below END? */
static bool is_free(struct aspace *aspace, uaddr_t address, uint64_t length,
                    uaddr_t end)
{
    if (length > end || address > end - length) {
        return false;
    }
    const struct vma *area = area_find(&aspace->areas, address);
    return area == NULL || address + length <= area_guarded_start(area);
}

static bool is_compat(const struct aspace_request *request)
{
    return (request->placement & ASPACE_COMPAT) != 0;
}

static const struct aspace_bases *
bases_for(const struct aspace *aspace, const struct aspace_request *request)
{
    return is_compat(request) ? &aspace->compat_bases : &aspace->bases;
}

/* An anonymous mapping that can hold a large page is aligned so that it does,
 * as on Linux since 6.7, unless it gets none. The one rule that is not 6.1's.
 */
static uint64_t alignment_for(const struct aspace_request *request)
{
    if (request->file == NULL && request->length >= LARGE_PAGE_SIZE &&
        (request->area_flags & AREA_STACK) == 0) {
        return LARGE_PAGE_SIZE;
    }
    return PAGE_SIZE;
}

static uaddr_t find_gap(struct aspace *aspace, struct area_gap gap,
                        uaddr_t (*search)(struct area_tree *,
                                          const struct area_gap *))
{
    uaddr_t found = search(&aspace->areas, &gap);
    if (found == AREA_NO_GAP && gap.alignment > PAGE_SIZE) {
        gap.alignment = PAGE_SIZE;
        found = search(&aspace->areas, &gap);
    }
    return found;
}

/* arch_get_unmapped_area. */
static uaddr_t place_upwards(struct aspace *aspace,
                             const struct aspace_request *request, uaddr_t hint)
{
    struct area_gap gap = {
        .length = request->length,
        .low = bases_for(aspace, request)->low,
        .high = is_compat(request) ? aspace->compat_end : aspace->end,
        .alignment = alignment_for(request),
    };
    if (!is_compat(request) && (request->placement & ASPACE_BELOW_2G) != 0) {
        gap.low = LOW_START;
        gap.high = LOW_END;
        gap.alignment = PAGE_SIZE;
    }
    if (hint != 0 && is_free(aspace, hint, gap.length, gap.high)) {
        return hint;
    }
    return find_gap(aspace, gap, area_gap_lowest);
}

/* arch_get_unmapped_area_topdown. */
static uaddr_t place_downwards(struct aspace *aspace,
                               const struct aspace_request *request,
                               uaddr_t hint)
{
    if (!is_compat(request) && (request->placement & ASPACE_BELOW_2G) != 0) {
        return place_upwards(aspace, request, hint);
    }
    if (hint != 0 && is_free(aspace, hint, request->length, aspace->end)) {
        return hint;
    }
    struct area_gap gap = {
        .length = request->length,
        .low = PAGE_SIZE,
        .high = bases_for(aspace, request)->top,
        .alignment = alignment_for(request),
    };
    uaddr_t found = find_gap(aspace, gap, area_gap_topmost);
    return found != AREA_NO_GAP ? found : place_upwards(aspace, request, hint);
}

static uaddr_t place_by_layout(struct aspace *aspace,
                               const struct aspace_request *request,
                               uaddr_t hint)
{
    return aspace->places_upwards ? place_upwards(aspace, request, hint)
                                  : place_downwards(aspace, request, hint);
}

/* MAP_HUGETLB: hugetlb_get_unmapped_area, which takes a hint at the large page
 * that it is in and knows no MAP_32BIT. */
NOINLINE static uaddr_t place_huge(struct aspace *aspace,
                                   const struct aspace_request *request)
{
    struct aspace_request anywhere = *request;
    uaddr_t hint = align_down(request->address, LARGE_PAGE_SIZE);

    if (request->address != 0 &&
        is_free(aspace, hint, request->length, aspace->end)) {
        return hint;
    }
    anywhere.placement &= ~(unsigned)ASPACE_BELOW_2G;
    uaddr_t found = place_by_layout(aspace, &anywhere, 0);
    return is_aligned(found, LARGE_PAGE_SIZE) ? found : AREA_NO_GAP;
}

int64_t aspace_place(struct aspace *aspace,
                     const struct aspace_request *request)
{
    uint64_t length = request->length;
    uaddr_t address = request->address;
    bool is_huge = (request->area_flags & AREA_HUGETLB) != 0;

    if (length > aspace->end) {
        return aspace_refuse(-ENOMEM, "longer than the address space");
    }
    if ((request->placement & ASPACE_FIXED) == 0) {
        address = is_huge ? place_huge(aspace, request)
                          : place_by_layout(aspace, request,
                                            align_down(address, PAGE_SIZE));
        if (address == AREA_NO_GAP) {
            return aspace_refuse(-ENOMEM, "no gap is long enough");
        }
    }
    if (is_huge && !is_aligned(address, LARGE_PAGE_SIZE)) {
        return aspace_refuse(
            -EINVAL,
            "MAP_HUGETLB wants an address that is a multiple of 2 MiB");
    }
    if (address >= -(uaddr_t)MAX_ERRNO) {
        return (int64_t)address; /* Linux takes it for an error, and so do we */
    }
    if (address > aspace->end - length) {
        return aspace_refuse(-ENOMEM, "ends past the address space");
    }
    if (!is_aligned(address, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "a fixed address is no multiple of 4096");
    }
    if (address < memory_settings.map_min && !aspace_user_is_privileged()) {
        return aspace_refuse(-EPERM, "below vm.mmap_min_addr, where only root "
                                     "may map"); /* cap_mmap_addr */
    }
    bool is_new = (request->placement & ASPACE_NOREPLACE) != 0;
    if (is_new &&
        area_find_overlap(&aspace->areas, address, address + length) != NULL) {
        return aspace_refuse(
            -EEXIST, "MAP_FIXED_NOREPLACE, and something is mapped there");
    }
    return (int64_t)address;
}
