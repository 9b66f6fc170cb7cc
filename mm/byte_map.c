/* The byte map of large pages. */
#include "mm/byte_map.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"
#include "mm/byte_map_priv.h"
#include "mm/memory_map.h"

struct byte_map byte_map;

size_t byte_map_metadata_size(paddr_t top)
{
    size_t pages = top / LARGE_PAGE_SIZE;
    size_t size = pages * (sizeof(struct frame_bits) + sizeof(uint16_t) + 2) +
                  2 * FRAME_SIZE;
    return align_up(size, FRAME_SIZE);
}

static void mark(size_t page, uint8_t state)
{
    byte_map.free_count -= byte_map.state[page] == BYTE_MAP_FREE;
    byte_map.free_count += state == BYTE_MAP_FREE;
    byte_map.state[page] = state;
}

/* Marks as reserved each page that firmware lists as something but RAM. */
static void mark_reserved(const struct memory_range *range)
{
    paddr_t end =
        MIN(range->end, (paddr_t)byte_map.page_count << LARGE_PAGE_SHIFT);
    if (range->type == MEMORY_RAM || range->start >= end) {
        return;
    }
    for (size_t page = range->start >> LARGE_PAGE_SHIFT;
         page <= (end - 1) >> LARGE_PAGE_SHIFT; page++) {
        mark(page, BYTE_MAP_RESERVED);
    }
}

/* RAM, taken until it is said to be free: whole pages are the kernel's, others
 * are split. */
static void mark_ram(const struct memory_piece *piece)
{
    for (size_t page = piece->start >> LARGE_PAGE_SHIFT;
         page <= (piece->end - 1) >> LARGE_PAGE_SHIFT; page++) {
        paddr_t start = (paddr_t)page << LARGE_PAGE_SHIFT;
        bool is_whole =
            start >= piece->start && start + LARGE_PAGE_SIZE <= piece->end;
        if (is_whole) {
            mark(page, BYTE_MAP_USED | BYTE_MAP_KERNEL);
        } else if (!state_is(page, BYTE_MAP_SPLIT_FULL)) {
            mark(page, BYTE_MAP_SPLIT_FULL);
            byte_map.frames[page] = (struct frame_bits){0};
        }
    }
}

static void mark_free(const struct memory_piece *piece)
{
    paddr_t at = MAX(piece->start, FRAME_SIZE);
    while (at < piece->end) {
        size_t page = at >> LARGE_PAGE_SHIFT;
        paddr_t page_end = align_down(at, LARGE_PAGE_SIZE) + LARGE_PAGE_SIZE;
        if (is_aligned(at, LARGE_PAGE_SIZE) && page_end <= piece->end) {
            mark(page, BYTE_MAP_FREE);
            at = page_end;
            continue;
        }
        if (state_is(page, BYTE_MAP_USED)) {
            byte_map.frames[page] = (struct frame_bits){0};
        }
        mark(page, BYTE_MAP_SPLIT);
        for (; at < MIN(page_end, piece->end); at += FRAME_SIZE) {
            size_t bit = at / FRAME_SIZE % FRAMES_PER_LARGE_PAGE;
            byte_map.frames[page].word[bit / 64] |= BIT(bit % 64);
        }
    }
}

void byte_map_init(const struct memory_range *ranges, size_t count, paddr_t top,
                   void *metadata)
{
    byte_map.page_count = top >> LARGE_PAGE_SHIFT;
    byte_map.free_count = 0;
    byte_map.frames = metadata;
    byte_map.tags = (uint16_t *)(byte_map.frames + byte_map.page_count);
    byte_map.state = (uint8_t *)(byte_map.tags + byte_map.page_count);
    memset(byte_map.state, BYTE_MAP_HOLE, byte_map.page_count);
    for (size_t i = 0; i < count; i++) {
        mark_reserved(&ranges[i]);
    }
    struct memory_piece piece = {0, 0};
    while (memory_map_next_ram(ranges, count, piece.end, &piece)) {
        mark_ram(&piece);
    }
    piece.end = 0;
    while (memory_map_next(ranges, count, piece.end, &piece)) {
        mark_free(&piece);
    }
}

/* The topmost free run of COUNT pages below END with a start aligned to
 * ALIGNMENT pages. */
static paddr_t alloc(size_t count, size_t end, size_t alignment,
                     enum byte_map_owner owner)
{
    if (count == 0) {
        return PADDR_NONE;
    }
    spin_lock(&byte_map.lock);
    paddr_t found = PADDR_NONE;
    size_t run = 0;
    for (size_t page = end; page-- > 0 && found == PADDR_NONE;) {
        run = byte_map.state[page] == BYTE_MAP_FREE ? run + 1 : 0;
        if (run >= count && page % alignment == 0) {
            found = (paddr_t)page << LARGE_PAGE_SHIFT;
        }
    }
    for (size_t i = 0; i < count && found != PADDR_NONE; i++) {
        mark((found >> LARGE_PAGE_SHIFT) + i, BYTE_MAP_USED | (uint8_t)owner);
    }
    spin_unlock(&byte_map.lock);
    return found;
}

paddr_t byte_map_alloc(size_t count, enum byte_map_owner owner)
{
    return alloc(count, byte_map.page_count, 1, owner);
}

paddr_t byte_map_alloc_aligned(size_t count, enum byte_map_owner owner)
{
    return alloc(count, byte_map.page_count, count, owner);
}

paddr_t byte_map_alloc_below(size_t count, paddr_t limit,
                             enum byte_map_owner owner)
{
    return alloc(count, MIN(byte_map.page_count, limit >> LARGE_PAGE_SHIFT), 1,
                 owner);
}

/* Returns the rule that START and COUNT break, or NULL. */
static const char *broken_rule(paddr_t start, size_t count)
{
    size_t page = start >> LARGE_PAGE_SHIFT;
    if (!is_aligned(start, LARGE_PAGE_SIZE)) {
        return "not aligned to a large page";
    }
    if (page >= byte_map.page_count || count > byte_map.page_count - page) {
        return "past the end of the map";
    }
    for (size_t i = 0; i < count; i++) {
        if (!state_is(page + i, BYTE_MAP_USED)) {
            return "not allocated";
        }
    }
    return NULL;
}

int byte_map_free(paddr_t start, size_t count)
{
    spin_lock(&byte_map.lock);
    const char *rule = broken_rule(start, count);
    for (size_t i = 0; i < count && rule == NULL; i++) {
        mark((start >> LARGE_PAGE_SHIFT) + i, BYTE_MAP_FREE);
    }
    spin_unlock(&byte_map.lock);
    if (rule != NULL) {
        log_warn("byte map: release of 0x%llx refused: %s",
                 (unsigned long long)start, rule);
        return -EINVAL;
    }
    return 0;
}

int byte_map_split(paddr_t start)
{
    size_t page = start >> LARGE_PAGE_SHIFT;
    spin_lock(&byte_map.lock);
    const char *rule = broken_rule(start, 1);
    if (rule == NULL) {
        byte_map.frames[page] = (struct frame_bits){0};
        mark(page, BYTE_MAP_SPLIT_FULL);
    }
    spin_unlock(&byte_map.lock);
    if (rule != NULL) {
        log_warn("byte map: split of 0x%llx refused: %s",
                 (unsigned long long)start, rule);
        return -EINVAL;
    }
    return 0;
}

size_t byte_map_free_count(void)
{
    return byte_map.free_count;
}

size_t byte_map_largest_run_bound(void)
{
    return byte_map.free_count;
}

size_t byte_map_largest_run(void)
{
    size_t largest = 0;
    size_t run = 0;
    spin_lock(&byte_map.lock);
    for (size_t page = 0; page < byte_map.page_count; page++) {
        run = byte_map.state[page] == BYTE_MAP_FREE ? run + 1 : 0;
        largest = MAX(largest, run);
    }
    spin_unlock(&byte_map.lock);
    return largest;
}

size_t byte_map_page_count(void)
{
    return byte_map.page_count;
}

uint8_t byte_map_state(size_t page)
{
    return page < byte_map.page_count ? byte_map.state[page] : BYTE_MAP_HOLE;
}

void byte_map_set_tag(paddr_t start, size_t count, uint16_t tag)
{
    for (size_t i = 0; i < count; i++) {
        byte_map.tags[(start >> LARGE_PAGE_SHIFT) + i] = tag;
    }
}

uint16_t byte_map_tag(size_t page)
{
    return page < byte_map.page_count && state_is(page, BYTE_MAP_USED)
               ? byte_map.tags[page]
               : 0;
}

void byte_map_drain(void)
{
}

const char *byte_map_validate(void)
{
    size_t free_count = 0;
    for (size_t page = 0; page < byte_map.page_count; page++) {
        free_count += byte_map.state[page] == BYTE_MAP_FREE;
    }
    return free_count == byte_map.free_count ? NULL : "free count";
}
