/* The byte map as the machine's ranges make it: first each page's byte, then
 * the index from the bytes. */
#include "kernel/lib.h"
#include "mm/byte_map_priv.h"
#include "mm/memory_map.h"

/* A magazine is that part of the free pages at most, so that the few pages of
 * a small machine stay in the map. */
#define MAGAZINE_SHARE 32

/* Where in the metadata the parts lie, as offsets. */
struct layout {
    size_t frames, state, tags, free, split, runs;
    size_t size;
};

/* Places come in whole words of the index. */
static size_t places_for(size_t pages)
{
    return align_up(MAX(pages, (size_t)1), 64);
}

/* Appends a part of SIZE bytes in cache lines of its own. */
static size_t append(struct layout *layout, size_t size)
{
    size_t part = layout->size;
    layout->size = align_up(part + size, CACHE_LINE);
    return part;
}

static struct layout lay_out(size_t pages)
{
    size_t places = places_for(pages);
    struct layout layout = {0};
    layout.frames = append(&layout, pages * sizeof(struct frame_bits));
    layout.state = append(&layout, pages);
    layout.tags = append(&layout, pages * sizeof(uint16_t));
    layout.free = append(&layout, bit_tree_size(places));
    layout.split = append(&layout, bit_tree_size(places));
    layout.runs = append(&layout, free_runs_size(places));
    return layout;
}

size_t byte_map_metadata_size(paddr_t top)
{
    return align_up(lay_out(top >> LARGE_PAGE_SHIFT).size, FRAME_SIZE);
}

/* Firmware lists RANGE as something but RAM: reserved, unless RAM is found in
 * the page after all. */
static void mark_reserved(const struct memory_range *range)
{
    paddr_t end = MIN(range->end, page_address(byte_map.page_count));
    if (range->type == MEMORY_RAM || range->start >= end) {
        return;
    }
    size_t first = range->start >> LARGE_PAGE_SHIFT;
    size_t last = (end - 1) >> LARGE_PAGE_SHIFT;
    memset(&byte_map.state[first], BYTE_MAP_RESERVED, last - first + 1);
}

/* Pages that lie in a piece whole become WHOLE. Those that do in part become
 * split in state PART, and with BYTE_MAP_SPLIT that part of them is free. */
struct marks {
    uint8_t whole;
    uint8_t part;
};

static void mark_part(size_t page, struct memory_piece piece, uint8_t state)
{
    if (!page_is(page, BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) {
        frame_split(page, 0, BYTE_MAP_SPLIT_FULL);
    }
    paddr_t start = MAX(piece.start, page_address(page));
    paddr_t end = MIN(piece.end, page_address(page + 1));
    for (; start < end && (state & BYTE_MAP_SPLIT) != 0; start += FRAME_SIZE) {
        size_t frame = start / FRAME_SIZE;
        byte_map.frames->word[frame / 64] |= BIT(frame % 64);
    }
    byte_map.state[page] = state;
}

static void mark_piece(struct memory_piece piece, struct marks marks)
{
    size_t first = piece.start >> LARGE_PAGE_SHIFT;
    size_t end = piece.end >> LARGE_PAGE_SHIFT;
    if (!is_aligned(piece.start, LARGE_PAGE_SIZE)) {
        mark_part(first, piece, marks.part);
        first++;
    }
    if (first > end) {
        return;
    }
    memset(&byte_map.state[first], marks.whole, end - first);
    if (!is_aligned(piece.end, LARGE_PAGE_SIZE)) {
        mark_part(end, piece, marks.part);
    }
}

/* First everything that is listed, then all RAM as the kernel's, then the RAM
 * that is free; but nobody is ever given the frame at address 0. */
static void mark_pages(const struct memory_range *ranges, size_t count)
{
    static const struct marks taken = {BYTE_MAP_USED | BYTE_MAP_KERNEL,
                                       BYTE_MAP_SPLIT_FULL | BYTE_MAP_KERNEL};
    static const struct marks free = {BYTE_MAP_FREE,
                                      BYTE_MAP_SPLIT | BYTE_MAP_KERNEL};
    memset(byte_map.state, BYTE_MAP_HOLE, byte_map.page_count);
    for (size_t i = 0; i < count; i++) {
        mark_reserved(&ranges[i]);
    }
    struct memory_piece piece = {0, 0};
    while (memory_map_next_ram(ranges, count, piece.end, &piece)) {
        mark_piece(piece, taken);
    }
    piece.end = FRAME_SIZE;
    while (memory_map_next(ranges, count, piece.end, &piece)) {
        mark_piece(piece, free);
    }
}

/* Enters the pages into the index, run by run of the same state. */
static void build_index(void)
{
    size_t start = 0;
    while (start < byte_map.page_count) {
        uint8_t state = byte_map.state[start];
        size_t end = start + 1;
        while (end < byte_map.page_count && byte_map.state[end] == state) {
            end++;
        }
        size_t place = byte_map.place_count - end;
        if (state == BYTE_MAP_FREE) {
            bit_tree_insert_range(&byte_map.free, place, end - start);
            byte_map.free_count += end - start;
        } else if ((state & BYTE_MAP_SPLIT) != 0) {
            bit_tree_insert_range(&byte_map.split, place, end - start);
        }
        start = end;
    }
}

void byte_map_init(const struct memory_range *ranges, size_t count, paddr_t top,
                   void *metadata)
{
    size_t pages = top >> LARGE_PAGE_SHIFT;
    size_t places = places_for(pages);
    struct layout layout = lay_out(pages);
    uint8_t *base = metadata;
    ASSERT(is_aligned(top, LARGE_PAGE_SIZE));
    memset(&byte_map, 0, sizeof(byte_map));
    byte_map.page_count = pages;
    byte_map.place_count = places;
    byte_map.frames = (struct frame_bits *)(base + layout.frames);
    byte_map.state = base + layout.state;
    byte_map.tags = (uint16_t *)(base + layout.tags);
    memset(byte_map.tags, 0, pages * sizeof(uint16_t));
    bit_tree_init(&byte_map.free, places, base + layout.free);
    bit_tree_init(&byte_map.split, places, base + layout.split);
    free_runs_init(&byte_map.runs, byte_map.free.level[0], places,
                   base + layout.runs);
    mark_pages(ranges, count);
    build_index();
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        byte_map.magazines[cpu].frame_page = NO_PAGE;
    }
    frame_drain();
    byte_map.magazine_size = (uint32_t)MIN(byte_map.free_count / MAGAZINE_SHARE,
                                           (size_t)MAGAZINE_SIZE);
}
