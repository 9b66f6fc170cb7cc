/* What memory an address means, for those who meet there. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/aspace_priv.h"

/* Memory at ADDRESS, to be written if the program may do that. */
static int touch(struct aspace *aspace, uaddr_t address, uint32_t *access)
{
    *access = AREA_WRITE;
    int error = aspace_fault(aspace, address, AREA_WRITE);
    if (error == -EACCES) {
        *access = AREA_READ;
        error = aspace_fault(aspace, address, AREA_READ);
    }
    return error;
}

static paddr_t target_of(struct aspace *aspace, uaddr_t address)
{
    uaddr_t page = align_down(address, PAGE_SIZE);
    struct page_table_leaf leaf;
    bool found =
        page_table_next_leaf(aspace->root, page, page + PAGE_SIZE, &leaf);

    ASSERT(found);
    return page_table_leaf_target(&leaf) + (address - leaf.start);
}

int aspace_key(struct aspace *aspace, uaddr_t address, struct aspace_key *key)
{
    uint32_t access;

    if (touch(aspace, address, &access) != 0) {
        return -EFAULT;
    }
    const struct vma *area = area_find(&aspace->areas, address);
    if ((area->flags & AREA_SHARED) != 0) {
        *key = (struct aspace_key){.at = target_of(aspace, address)};
        return 0;
    }
    *key = (struct aspace_key){.owner = aspace, .at = address};
    return access == AREA_READ && area->file == NULL ? -EFAULT : 0;
}
