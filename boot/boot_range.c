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

/* How much RAM is lost at most when CANDIDATE makes room for RANGE: all of it,
 * or what lies between the two. */
static uint64_t cost(const struct memory_range *candidate,
                     const struct memory_range *range)
{
    return is_ram(candidate) ? candidate->end - candidate->start
                             : distance(candidate, range);
}

static size_t find_cheapest(const struct boot_info *info,
                            const struct memory_range *range)
{
    size_t cheapest = 0;

    for (size_t i = 1; i < info->range_count; i++) {
        if (cost(&info->ranges[i], range) <
            cost(&info->ranges[cheapest], range)) {
            cheapest = i;
        }
    }
    return cheapest;
}

/* Takes one range out of the full table. When it is not RAM, *RANGE is
 * stretched to cover it. */
static void make_room(struct boot_info *info, struct memory_range *range)
{
    struct memory_range victim = remove_range(info, find_cheapest(info, range));

    if (!is_ram(&victim)) {
        stretch(range, &victim);
        join(info, range);
    }
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
        make_room(info, &range);
    }
    info->ranges[info->range_count] = range;
    info->range_count++;
}
