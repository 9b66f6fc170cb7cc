/* The list of ranges as a walk over places where some range starts or ends. */
#include "mm/memory_map.h"

#include "kernel/lib.h"

/* What the ranges say about one address, any of these together. */
#define SAID_RAM   BIT(0)
#define SAID_BOOT  BIT(1) /* the kernel, a module, the loader */
#define SAID_OTHER BIT(2) /* firmware, a device, bad memory */

static uint64_t said_by(const struct memory_range *range)
{
    switch (range->type) {
    case MEMORY_RAM:
        return SAID_RAM;
    case MEMORY_KERNEL:
    case MEMORY_MODULE:
    case MEMORY_LOADER:
        return SAID_BOOT;
    default:
        return SAID_OTHER;
    }
}

/* What all ranges say about ADDRESS, and in *UNTIL how far that holds. */
static uint64_t said_at(const struct memory_range *ranges, size_t count,
                        paddr_t address, paddr_t *until)
{
    uint64_t said = 0;
    *until = MEMORY_MAP_LIMIT;
    for (const struct memory_range *range = ranges; range < ranges + count;
         range++) {
        if (range->start >= range->end || range->end <= address) {
            continue;
        }
        if (range->start > address) {
            *until = MIN(*until, range->start);
            continue;
        }
        *until = MIN(*until, range->end);
        said |= said_by(range);
    }
    return said;
}

/* Is ADDRESS said to be RAM, and nothing in UNWANTED said of it? */
static bool is_wanted(const struct memory_range *ranges, size_t count,
                      paddr_t address, uint64_t unwanted, paddr_t *until)
{
    uint64_t said = said_at(ranges, count, address, until);
    return (said & (SAID_RAM | unwanted)) == SAID_RAM;
}

/* The first piece at or above FROM that is wanted; see memory_map_next. */
static bool next_piece(const struct memory_range *ranges, size_t count,
                       paddr_t from, uint64_t unwanted,
                       struct memory_piece *piece)
{
    paddr_t at = from;
    paddr_t until = from;
    while (at < MEMORY_MAP_LIMIT) {
        paddr_t start = at;
        while (at < MEMORY_MAP_LIMIT &&
               is_wanted(ranges, count, at, unwanted, &until)) {
            at = until;
        }
        piece->start = align_up(start, FRAME_SIZE);
        piece->end = align_down(at, FRAME_SIZE);
        if (piece->start < piece->end) {
            return true;
        }
        at = until;
    }
    return false;
}

bool memory_map_next(const struct memory_range *ranges, size_t count,
                     paddr_t from, struct memory_piece *piece)
{
    return next_piece(ranges, count, from, SAID_BOOT | SAID_OTHER, piece);
}

bool memory_map_next_ram(const struct memory_range *ranges, size_t count,
                         paddr_t from, struct memory_piece *piece)
{
    return next_piece(ranges, count, from, SAID_OTHER, piece);
}

paddr_t memory_map_top(const struct memory_range *ranges, size_t count)
{
    paddr_t top = 0;
    for (size_t i = 0; i < count; i++) {
        const struct memory_range *range = &ranges[i];
        if (range->type == MEMORY_RAM && range->start < range->end &&
            range->start < MEMORY_MAP_LIMIT) {
            top = MAX(top, MIN(range->end, MEMORY_MAP_LIMIT));
        }
    }
    return align_up(top, LARGE_PAGE_SIZE);
}

void memory_map_take(struct boot_info *info, paddr_t start, paddr_t end)
{
    ASSERT_CMP(info->range_count, <, (size_t)BOOT_RANGES_MAX);
    info->ranges[info->range_count++] =
        (struct memory_range){start, end, MEMORY_KERNEL};
}

paddr_t memory_map_find(const struct memory_range *ranges, size_t count,
                        uint64_t size, uint64_t alignment, paddr_t limit)
{
    paddr_t found = PADDR_NONE;
    struct memory_piece piece = {0, 0};
    while (memory_map_next(ranges, count, piece.end, &piece) &&
           piece.start < limit) {
        paddr_t first = MAX(piece.start, FRAME_SIZE);
        paddr_t end = MIN(piece.end, limit);
        if (end < size) {
            continue;
        }
        paddr_t place = align_down(end - size, alignment);
        if (place >= first) {
            found = place;
        }
    }
    return found;
}

uint64_t memory_map_ram_size(const struct memory_range *ranges, size_t count)
{
    uint64_t size = 0;
    struct memory_piece piece = {0, 0};
    while (memory_map_next_ram(ranges, count, piece.end, &piece)) {
        size += piece.end - piece.start;
    }
    return size;
}
