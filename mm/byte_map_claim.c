/* Claims on memory: see mm/claim.h. What is claimed looks as if it were free:
 * a frame's bit is set, a page's state is BYTE_MAP_HELD. */
#include "mm/byte_map_priv.h"
#include "mm/claim.h"

#define SPLIT_STATES (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)

static bool is_in_state(paddr_t address, uint64_t alignment, unsigned states)
{
    size_t page = address >> LARGE_PAGE_SHIFT;

    return is_aligned(address, alignment) && page < byte_map.page_count &&
           page_is(page, states);
}

/* Changes the bit of FRAME, which is as in BEFORE: all zeros or all ones. */
static bool change_bit(paddr_t frame, uint64_t before)
{
    if (!is_in_state(frame, FRAME_SIZE, SPLIT_STATES)) {
        return false;
    }
    uint64_t *word = &byte_map.frames->word[(frame >> PAGE_SHIFT) / 64];
    uint64_t bit = BIT((frame >> PAGE_SHIFT) % 64);
    if ((*word & bit) != (before & bit)) {
        return false;
    }
    *word ^= bit;
    return true;
}

static bool change_state(paddr_t page, unsigned before)
{
    if (!is_in_state(page, LARGE_PAGE_SIZE, before)) {
        return false;
    }
    byte_map.state[page >> LARGE_PAGE_SHIFT] ^= BYTE_MAP_USED | BYTE_MAP_HELD;
    return true;
}

bool claim_frame(paddr_t frame)
{
    return change_bit(frame, 0);
}

bool unclaim_frame(paddr_t frame)
{
    return change_bit(frame, UINT64_MAX);
}

bool claim_large_page(paddr_t page)
{
    return change_state(page, BYTE_MAP_USED);
}

bool unclaim_large_page(paddr_t page)
{
    return change_state(page, BYTE_MAP_HELD);
}
