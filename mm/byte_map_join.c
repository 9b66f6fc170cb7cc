/* byte_map_split's contrary. */
#include "kernel/lib.h"
#include "mm/byte_map_priv.h"

void byte_map_join(paddr_t page)
{
    size_t joined = page >> LARGE_PAGE_SHIFT;
    uint8_t *state = &byte_map.state[joined];

    ASSERT(is_aligned(page, LARGE_PAGE_SIZE));
    spin_lock(&byte_map.lock);
    uint8_t owner = *state & BYTE_MAP_OWNER_MASK;
    ASSERT_CMP(*state, ==, BYTE_MAP_SPLIT_FULL | owner);
    STORE(*state, BYTE_MAP_USED | owner);
    byte_map_told(joined, 1, *state);
    spin_unlock(&byte_map.lock);
}
