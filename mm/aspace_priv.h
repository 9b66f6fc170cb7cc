/* What the files of the address space share. */
#pragma once

#include "mm/aspace.h"
#include "mm/page_table.h"

/* In a leaf, as PTE_BORROWED and PTE_SHARED (mm/page_table.h): only read so
 * far, and not writable even where the area is. The first write is a fault,
 * which gives a frame in place of the zero frame, and tells a private area that
 * it is touched. */
#define PTE_UNWRITTEN BIT(10)

/* In a leaf of MAP_HUGETLB: its page is of the pool (mm/huge_pool.h); and one
 * that is only reserved, not touched yet, and not present. */
#define PTE_POOL      BIT(52)
#define PTE_UNTOUCHED BIT(53)

/* The address space of AREA, which is in its tree and has an object. */
static inline struct aspace *aspace_of(const struct vma *area)
{
    return CONTAINER_OF(area->tree, struct aspace, areas);
}

/* The bits of a leaf that an area with FLAGS gives its pages. */
static inline uint64_t aspace_leaf_bits(uint32_t flags)
{
    uint64_t bits = PTE_USER;

    bits |= (flags & AREA_RIGHTS) != 0 ? PTE_PRESENT : 0;
    bits |= (flags & AREA_WRITE) != 0 ? PTE_WRITE : 0;
    bits |= (flags & AREA_EXEC) != 0 ? 0 : PTE_NX;
    return bits;
}

/* A new address space like ASPACE, but with no areas, nobody's tag, and no
 * locks for what comes. Returns NULL when there is no memory. */
struct aspace *aspace_create_beside(const struct aspace *aspace);

/* The bits of a leaf of an area with FLAGS that keep it from being writable
 * even where the area is. */
static inline uint64_t aspace_unwritable(uint32_t flags)
{
    return (flags & AREA_SHARED) != 0 ? PTE_UNWRITTEN
                                      : PTE_UNWRITTEN | PTE_SHARED;
}

/* Cuts LEAF, a large one, and its memory into pages. Returns 0 or -ENOMEM. */
int aspace_split_leaf(struct aspace *aspace,
                      const struct page_table_leaf *leaf) MUST_CHECK;

/* Gives LEAF of AREA, which is not writable and has PTE_SHARED, memory that
 * nobody else sees, and AREA's rights: what it has if no other user is left,
 * else a copy; of a large leaf that is cut for it, only of ADDRESS' page. LEAF
 * becomes the one that ADDRESS has. Returns 0, -ENOMEM, or -EIO where there is
 * no large page for MAP_HUGETLB. */
int aspace_own_leaf(struct aspace *aspace, const struct vma *area,
                    uaddr_t address, struct page_table_leaf *leaf) MUST_CHECK;

/* Makes sure that neither a large page nor a shared table crosses ADDRESS.
 * Returns 0 or -ENOMEM. */
int aspace_cut_leaf(struct aspace *aspace, uaddr_t address) MUST_CHECK;
static inline int aspace_cut(struct aspace *aspace, uaddr_t address)
{
    bool is_simple = aspace->large_leaves == 0 && !aspace->has_shared_tables;

    return is_simple ? 0 : aspace_cut_leaf(aspace, address);
}

/* Makes all tables of [start, end) that are shared the address space's own, so
 * that leaves may be changed. Returns 0 or -ENOMEM. */
int aspace_own_all_tables(struct aspace *aspace, uaddr_t start,
                          uaddr_t end) MUST_CHECK;
static inline int aspace_own_tables(struct aspace *aspace, uaddr_t start,
                                    uaddr_t end)
{
    return aspace->has_shared_tables ? aspace_own_all_tables(aspace, start, end)
                                     : 0;
}

/* Frees the memory behind [start, end), whose ends aspace_cut has seen. */
void aspace_release(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Has the CPU forget [start, end) if it runs in ASPACE. */
void aspace_flush(const struct aspace *aspace, uaddr_t start, uaddr_t end);

/* All that may fail of taking [start, end) away: 0 or -ENOMEM; then doing it.
 */
int aspace_prepare_removal(struct aspace *aspace, uaddr_t start,
                           uaddr_t end) MUST_CHECK;
void aspace_remove(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Frees the page tables of [start, end), where no area is, that serve no area
 * beside it: after a removal, and after a prepare that failed. */
void aspace_free_tables(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* -EINVAL when START or END would cut a MAP_HUGETLB page; else 0. If it is END,
 * then areas are split at START by now, as on Linux. Takes nodes. */
int aspace_check_huge_ends(struct aspace *aspace, uaddr_t start,
                           uaddr_t end) MUST_CHECK;
static inline int aspace_check_huge(struct aspace *aspace, uaddr_t start,
                                    uaddr_t end)
{
    return aspace->has_huge ? aspace_check_huge_ends(aspace, start, end) : 0;
}

/* MAP_HUGETLB, in mm/aspace_huge.c. Reserves pages for all of AREA, which is
 * not in the tree yet and loses the flags of locked memory. It has an object
 * then if it is shared, with a reference for the caller to give back. Returns
 * 0, or -EINVAL, -ENOMEM or -EINTR with nothing changed. */
int aspace_prepare_huge(struct aspace *aspace, struct vma *area) MUST_CHECK;

/* Memory for ACCESS to PAGE of AREA. Returns 0, -ENOMEM, or -EIO where the pool
 * has no page. */
int aspace_huge_fault(struct aspace *aspace, struct vma *area, uaddr_t page,
                      uint32_t access) MUST_CHECK;

/* The pool is empty, and AREA wants to write to PAGE, which others see by a
 * fork: takes it from those it was not reserved for (Linux's
 * unmap_ref_private). True if it is AREA's alone then. */
bool aspace_huge_take_back(const struct vma *area, paddr_t page);

/* Gives back what LEAF, of PTE_POOL, has; its entry stays. */
void aspace_huge_release(const struct page_table_leaf *leaf);

/* Takes away what is touched of [start, end). */
void aspace_huge_discard(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Gives the leaves of [start, end) the rights of FLAGS. */
void aspace_huge_protect(struct aspace *aspace, uaddr_t start, uaddr_t end,
                         uint32_t flags);

/* Has LEAF, an empty one of a pd, show PAGE with BITS. */
void aspace_set_large_leaf(struct aspace *aspace,
                           const struct page_table_leaf *leaf, paddr_t page,
                           uint64_t bits);

/* MADV_COLLAPSE on [start, end) of AREA. Returns 0, -EINVAL, or -ENOMEM. */
int aspace_collapse(struct aspace *aspace, const struct vma *area,
                    uaddr_t start, uaddr_t end) MUST_CHECK;

/* Linux's may_expand_vm: do the limits allow PAGES more with FLAGS? */
bool aspace_may_expand(const struct aspace *aspace, uint32_t flags,
                       uint64_t pages);

/* The pages of [AT, ...) that a walk touches between two looks at
 * aspace_must_stop. */
#define ASPACE_STOP_SPAN (256 * KIB)

static inline bool aspace_must_stop_at(uaddr_t at)
{
    return is_aligned(at, ASPACE_STOP_SPAN) && aspace_must_stop();
}

/* Steps of a walk over leaves, a few microseconds each at most, between two
 * times that it lets interrupts in. */
#define ASPACE_STOP_STEPS 256

/* The same for a walk that has done STEPS and can't stop: it lets interrupts
 * in. */
static inline void aspace_step(size_t steps)
{
    if (steps % ASPACE_STOP_STEPS == 0) {
        (void)aspace_must_stop();
    }
}

/* Touches what areas in [start, end) allow, as Linux's populate does. With
 * ERRORS_STOP the first error is returned; else all are passed over. */
enum aspace_errors {
    ASPACE_ERRORS_STOP,
    ASPACE_ERRORS_PASS,
};
int aspace_populate(struct aspace *aspace, uaddr_t start, uaddr_t end,
                    enum aspace_errors errors);

/* Gives the part [start, end) of AREA the flags FLAGS. Returns 0 and in *AFTER
 * the address to go on at, or -ENOMEM. */
int aspace_change(struct aspace *aspace, struct vma *area, uaddr_t start,
                  uaddr_t end, uint32_t flags, uaddr_t *after) MUST_CHECK;
