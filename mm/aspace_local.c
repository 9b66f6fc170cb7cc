/* Local descriptors: a frame of them, or a large page where they are more. */
#include "mm/aspace_local.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/frame.h"

static_assert(LDT_ENTRIES * sizeof(uint64_t) <= LARGE_PAGE_SIZE,
              "they lie in one piece");

static uint64_t *alloc_table(unsigned count)
{
    paddr_t memory = aspace_local_is_large(count)
                         ? byte_map_alloc(1, BYTE_MAP_KERNEL)
                         : frame_alloc(BYTE_MAP_KERNEL);

    return memory == PADDR_NONE ? NULL : direct_map(memory);
}

static void free_table(const uint64_t *table, unsigned count)
{
    paddr_t memory = direct_map_address(table);
    int error = aspace_local_is_large(count) ? byte_map_free(memory, 1)
                                             : frame_free(memory);

    ASSERT_CMP(error, ==, 0);
}

static void use_table(struct aspace *aspace, uint64_t *table, unsigned count)
{
    aspace->local = table;
    aspace->local_count = count;
    if ((read_cr3() & PTE_ADDRESS) == aspace->root) {
        gdt_set_local(table, count);
    }
}

int aspace_set_local(struct aspace *aspace, unsigned entry, uint64_t descriptor)
{
    unsigned old_count = aspace->local_count;
    unsigned count = MAX(old_count, entry + 1);
    uint64_t *old = aspace->local, *table = old;

    ASSERT_CMP(entry, <, (unsigned)LDT_ENTRIES);
    bool is_new = old == NULL || aspace_local_is_large(count) !=
                                     aspace_local_is_large(old_count);
    if (is_new && (table = alloc_table(count)) == NULL) {
        return -ENOMEM;
    }
    if (table != old && old != NULL) {
        memcpy(table, old, old_count * sizeof(*table));
    }
    memset(table + old_count, 0, (count - old_count) * sizeof(*table));
    table[entry] = descriptor;
    use_table(aspace, table, count);
    if (table != old && old != NULL) {
        free_table(old, old_count);
    }
    return 0;
}

int aspace_copy_local(struct aspace *aspace, const struct aspace *from)
{
    unsigned count = from->local_count;

    ASSERT(aspace->local == NULL);
    if (count == 0) {
        return 0;
    }
    uint64_t *table = alloc_table(count);
    if (table == NULL) {
        return -ENOMEM;
    }
    memcpy(table, from->local, count * sizeof(*table));
    use_table(aspace, table, count);
    return 0;
}

void aspace_free_local(struct aspace *aspace)
{
    if (aspace->local != NULL) {
        free_table(aspace->local, aspace->local_count);
        aspace->local = NULL;
        aspace->local_count = 0;
    }
}
