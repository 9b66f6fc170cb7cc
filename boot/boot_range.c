/* The table of memory ranges. */
#include "boot/boot.h"
#include "kernel/lib/bits.h"

static bool is_ram(const struct memory_range *range)
{
    return range->type == MEMORY_RAM;
}

static bool can_join(const struct memory_range *a, const struct memory_range *b)
{
    return a->type == b->type && a->start <= b->end && b->start <= a->end;
}

/* Makes *RANGE cover OTHER too, and all between. */
static void stretch(struct memory_range *range,
                    const struct memory_range *other)
{
    range->start = MIN(range->start, other->start);
    range->end = MAX(range->end, other->end);
    if (range->type != other->type) {
        range->type = MEMORY_RESERVED;
    }
}

static struct memory_range remove_range(struct boot_info *info, size_t index)
{
    struct memory_range removed = info->ranges[index];

    info->range_count--;
    info->ranges[index] = info->ranges[info->range_count];
    return removed;
}

/* Takes out all ranges that *RANGE can be joined with, and joins them. */
static void join(struct boot_info *info, struct memory_range *range)
{
    size_t i = 0;

    while (i < info->range_count) {
        if (can_join(range, &info->ranges[i])) {
            struct memory_range neighbour = remove_range(info, i);
            stretch(range, &neighbour);
            i = 0;
        } else {
            i++;
        }
    }
}

static uint64_t distance(const struct memory_range *a,
                         const struct memory_range *b)
{
    if (a->end < b->start) {
        return b->start - a->end;
    }
    return b->end < a->start ? a->start - b->end : 0;
}

/* The range to give up or to stretch for RANGE: the nearest that is not RAM,
 * or any when all are RAM. */
static size_t find_victim(const struct boot_info *info,
                          const struct memory_range *range)
{
    size_t victim = 0;
    uint64_t least = UINT64_MAX;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *candidate = &info->ranges[i];
        if (!is_ram(candidate) && distance(candidate, range) <= least) {
            least = distance(candidate, range);
            victim = i;
        }
    }
    return victim;
}

void boot_info_add_range(struct boot_info *info, uint64_t start, uint64_t end,
                         uint32_t type)
{
    struct memory_range range = {start, end, type};

    if (start >= end) {
        return;
    }
    join(info, &range);
    if (info->range_count == BOOT_RANGES_MAX) {
        info->ranges_dropped++;
        if (is_ram(&range)) {
            return;
        }
        struct memory_range victim =
            remove_range(info, find_victim(info, &range));
        if (!is_ram(&victim)) {
            stretch(&range, &victim);
            join(info, &range);
        }
    }
    info->ranges[info->range_count] = range;
    info->range_count++;
}
