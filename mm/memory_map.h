/* What is RAM: the loader's ranges, unsorted and overlapping, read as one
 * ascending list of pieces. Pure, with no state and no memory of its own.
 *
 * Ranges with start >= end are empty, and what lies at or above
 * MEMORY_MAP_LIMIT is ignored, whatever firmware says of it. A frame is RAM
 * when each of its bytes is in some MEMORY_RAM range and none is in a range of
 * any other type. So RAM is rounded inward and everything else outward.
 */
#pragma once

#include "boot/boot_info.h"

/* Physical addresses have 52 bits at most (SDM vol. 3A, 4.1.4). */
#define MEMORY_MAP_LIMIT (1ull << 52)

/* Whole frames [start, end), start < end. */
struct memory_piece {
    paddr_t start;
    paddr_t end;
};

/* The end of the highest RAM byte, rounded up to a large page; 0 when there is
 * no RAM. Looks at MEMORY_RAM ranges alone. */
paddr_t memory_map_top(const struct memory_range *ranges, size_t count);

/* The first piece of free RAM at or above FROM, as long as it can be: neither
 * firmware nor boot has a use for it. False when there is none. A walk over
 * all pieces starts with FROM = 0 and goes on with piece->end; each step costs
 * a few looks at the list, however much RAM there is. */
bool memory_map_next(const struct memory_range *ranges, size_t count,
                     paddr_t from, struct memory_piece *piece);

/* The same for all RAM, free or taken by boot (MEMORY_KERNEL, MEMORY_MODULE,
 * MEMORY_LOADER): what a map of all memory has to reach. */
bool memory_map_next_ram(const struct memory_range *ranges, size_t count,
                         paddr_t from, struct memory_piece *piece);

/* Marks [start, end) as the kernel's. INFO has room for BOOT_RANGES_KERNEL such
 * ranges. */
void memory_map_take(struct boot_info *info, paddr_t start, paddr_t end);

/* The topmost place of SIZE bytes in free RAM, aligned to ALIGNMENT (a power
 * of two, at least a frame), wholly below LIMIT, and never the frame at 0.
 * Returns PADDR_NONE when there is none. SIZE is at least 1. */
paddr_t memory_map_find(const struct memory_range *ranges, size_t count,
                        uint64_t size, uint64_t alignment, paddr_t limit);

/* Bytes in all pieces of memory_map_next_ram. */
uint64_t memory_map_ram_size(const struct memory_range *ranges, size_t count);
