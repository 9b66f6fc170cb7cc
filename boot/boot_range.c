/* The table of memory ranges, sorted by where they start. */
#include "boot/boot.h"
#include "kernel/lib.h"

/* A way to have one range less: without the RAM at INDEX, or with the range
 * there stretched to the end of the one at OTHER. */
struct loss {
    uint64_t cost; /* bytes of RAM that it loses at most */
    size_t index;
    size_t other; /* the same as INDEX: the range goes */
};

static bool is_ram(const struct memory_range *range)
{
    return range->type == MEMORY_RAM;
}

static bool is_boots(const struct memory_range *range)
{
    return range->type == MEMORY_KERNEL || range->type == MEMORY_MODULE ||
           range->type == MEMORY_LOADER;
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
        range->type = is_boots(range) ? MEMORY_LOADER : MEMORY_RESERVED;
    }
}

static struct memory_range remove_range(struct boot_info *info, size_t index)
{
    struct memory_range *place = &info->ranges[index];
    struct memory_range removed = *place;

    info->range_count--;
    memmove(place, place + 1, (info->range_count - index) * sizeof(*place));
    return removed;
}

/* Takes out all ranges that RANGE can be joined with, and puts in what they are
 * together. */
static void insert(struct boot_info *info, struct memory_range range)
{
    size_t i = 0;

    while (i < info->range_count) {
        if (can_join(&range, &info->ranges[i])) {
            struct memory_range neighbour = remove_range(info, i);
            stretch(&range, &neighbour);
            i = 0;
        } else {
            i++;
        }
    }
    for (i = info->range_count; i > 0; i--) {
        if (info->ranges[i - 1].start <= range.start) {
            break;
        }
        info->ranges[i] = info->ranges[i - 1];
    }
    info->ranges[i] = range;
    info->range_count++;
}

/* More than any other way, and less than none. */
#define COST_OF_NEEDED (UINT64_MAX - 1)

/* Is the kernel, a module or something of the loader's in [start, end)? */
static bool is_needed(const struct boot_info *info, uint64_t start,
                      uint64_t end)
{
    struct memory_range image = boot_image();

    if (start >= end) {
        return false;
    }
    if (image.start < end && start < image.end) {
        return true;
    }
    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *range = &info->ranges[i];
        if (is_boots(range) && range->start < end && start < range->end) {
            return true;
        }
    }
    return false;
}

/* Takes NEW, the loss of the RAM in [start, end), for BEST if it costs less. */
static void take_cheaper(const struct boot_info *info, struct loss *best,
                         struct loss new, uint64_t start, uint64_t end)
{
    if (new.cost < best->cost && is_needed(info, start, end)) {
        new.cost = COST_OF_NEEDED;
    }
    if (new.cost < best->cost) {
        *best = new;
    }
}

/* The cheapest loss among the firmware's ranges. What is not RAM is stretched
 * to the next such range alone: no other could cost less. */
static struct loss find_firmware_loss(const struct boot_info *info)
{
    struct loss best = {.cost = UINT64_MAX};
    const struct memory_range *last = NULL;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *range = &info->ranges[i];
        if (is_boots(range)) {
            continue;
        }
        if (is_ram(range)) {
            struct loss loss = {range->end - range->start, i, i};
            take_cheaper(info, &best, loss, range->start, range->end);
            continue;
        }
        if (last != NULL) {
            uint64_t gap = range->start - MIN(last->end, range->start);
            struct loss loss = {gap, (size_t)(last - info->ranges), i};
            take_cheaper(info, &best, loss, range->start - gap, range->start);
        }
        last = last == NULL || range->end >= last->end ? range : last;
    }
    return best;
}

/* The same among boot's own, which may cover each other and all else. */
static struct loss find_boots_loss(const struct boot_info *info)
{
    struct loss best = {.cost = UINT64_MAX};
    const struct memory_range *last = NULL;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *range = &info->ranges[i];
        if (!is_boots(range)) {
            continue;
        }
        if (last != NULL) {
            uint64_t gap = range->start - MIN(last->end, range->start);
            if (gap < best.cost) {
                best = (struct loss){gap, (size_t)(last - info->ranges), i};
            }
        }
        last = last == NULL || range->end >= last->end ? range : last;
    }
    return best;
}

static void lose(struct boot_info *info, struct loss loss)
{
    struct memory_range other = remove_range(info, loss.other);

    info->ranges_dropped++;
    if (loss.index != loss.other) {
        struct memory_range range = remove_range(info, loss.index);
        stretch(&range, &other);
        insert(info, range);
    }
}

static size_t count_boots(const struct boot_info *info)
{
    size_t count = 0;

    for (size_t i = 0; i < info->range_count; i++) {
        count += is_boots(&info->ranges[i]);
    }
    return count;
}

void boot_info_add_range(struct boot_info *info, uint64_t start, uint64_t end,
                         uint32_t type)
{
    if (start >= end) {
        return;
    }
    insert(info, (struct memory_range){start, end, type});
    size_t boots = count_boots(info);
    if (boots > BOOT_RANGES_BOOT) {
        lose(info, find_boots_loss(info));
    } else if (info->range_count - boots > BOOT_RANGES_FIRMWARE) {
        lose(info, find_firmware_loss(info));
    }
}
