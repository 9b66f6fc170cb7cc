/* Memory that an address space shares with others, when one of them writes. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"
#include "mm/frame.h"
#include "mm/huge_pool.h"
#include "mm/large_page.h"
#include "mm/share.h"

/* LEAF, of AREA, keeps its memory: nobody else has it. */
static void keep(const struct page_table_leaf *leaf, const struct vma *area)
{
    uint64_t entry = *leaf->entry & ~(PTE_SHARED | PTE_UNWRITTEN);

    page_table_change(leaf, entry | aspace_leaf_bits(area->flags));
}

/* LEAF, of AREA, gets MEMORY, which holds a copy that is about to be written.
 */
static void replace(const struct page_table_leaf *leaf, const struct vma *area,
                    paddr_t memory)
{
    uint64_t bits = aspace_leaf_bits(area->flags) | PTE_ACCESSED | PTE_DIRTY;

    page_table_set(leaf, memory | bits | (leaf->level > 1 ? PTE_LARGE : 0));
}

static int copy_frame(const struct vma *area,
                      const struct page_table_leaf *leaf)
{
    paddr_t fresh = frame_alloc(BYTE_MAP_PROGRAM);

    if (fresh == PADDR_NONE) {
        return -ENOMEM;
    }
    memcpy(direct_map(fresh), direct_map(page_table_leaf_target(leaf)),
           FRAME_SIZE);
    replace(leaf, area, fresh);
    return 0;
}

static int own_frame(const struct vma *area, const struct page_table_leaf *leaf)
{
    paddr_t frame = page_table_leaf_target(leaf);

    if (!frame_is_shared(frame)) {
        keep(leaf, area);
        return 0;
    }
    int error = copy_frame(area, leaf);
    if (error == 0) {
        bool was_last = frame_unshare(frame);
        ASSERT(!was_last);
    }
    return error;
}

/* LEAF is the last user of its large page. */
static void take_over(struct aspace *aspace, const struct vma *area,
                      const struct page_table_leaf *leaf)
{
    paddr_t page = page_table_leaf_target(leaf);

    large_join(page);
    byte_map_set_tag(page, 1, aspace->tag);
    keep(leaf, area);
}

/* MAP_HUGETLB is copied whole. */
static int copy_large_page(struct aspace *aspace, const struct vma *area,
                           const struct page_table_leaf *leaf)
{
    paddr_t page = page_table_leaf_target(leaf);
    paddr_t fresh = huge_pool_alloc();

    if (fresh == PADDR_NONE) {
        if (!aspace_huge_take_back(area, page)) {
            return -EIO;
        }
        take_over(aspace, area, leaf);
        return 0;
    }
    large_page_copy(direct_map(fresh), direct_map(page), 1);
    bool was_last = frame_unshare(page);
    ASSERT(!was_last);
    byte_map_set_tag(fresh, 1, aspace->tag);
    replace(leaf, area, fresh | PTE_POOL);
    return 0;
}

/* Cuts LEAF; the one of ADDRESS comes in its place. */
static int cut(struct aspace *aspace, uaddr_t address,
               struct page_table_leaf *leaf)
{
    int error = aspace_split_leaf(aspace, leaf);

    if (error == 0) {
        bool is_there = page_table_reach(aspace->root, address, leaf);
        ASSERT(is_there && leaf->level == 1);
    }
    return error;
}

int aspace_own_leaf(struct aspace *aspace, const struct vma *area,
                    uaddr_t address, struct page_table_leaf *leaf)
{
    if (leaf->level == 2) {
        if (!large_is_shared(page_table_leaf_target(leaf))) {
            take_over(aspace, area, leaf);
            return 0;
        }
        if ((area->flags & AREA_HUGETLB) != 0) {
            return copy_large_page(aspace, area, leaf);
        }
        int error = cut(aspace, address, leaf);
        if (error != 0) {
            return error;
        }
    }
    return own_frame(area, leaf);
}
