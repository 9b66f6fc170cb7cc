/* Memory maps: those of real machines in test/e820, mangled in ways that must
 * not matter, and random ones; against a sweep over sorted edges. Of each the
 * byte map is laid out, and every frame must be where the sweep has it.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/memory_map.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define CORPUS     "test/e820"
#define RANGES_MAX BOOT_RANGES_MAX

struct map {
    struct memory_range ranges[RANGES_MAX];
    size_t count;
};

/* Whole frames, ascending, none touching the next. */
struct pieces {
    struct memory_piece piece[RANGES_MAX];
    size_t count;
};

static uint64_t seed;
static struct map map;
static struct map mangled;
static struct pieces free_ram; /* what the sweep says */
static struct pieces all_ram;

/* An edge of a range: from AT on, one more or less says what KIND is. */
struct edge {
    uint64_t at;
    int kind; /* 0 RAM, 1 boot's, 2 anything else */
    int change;
};

static int compare_edges(const void *left, const void *right)
{
    const struct edge *a = left;
    const struct edge *b = right;
    return (a->at > b->at) - (a->at < b->at);
}

static size_t collect_edges(const struct map *from, struct edge *edges)
{
    size_t count = 0;
    for (size_t i = 0; i < from->count; i++) {
        const struct memory_range *range = &from->ranges[i];
        uint64_t end = MIN(range->end, MEMORY_MAP_LIMIT);
        int kind = range->type == MEMORY_RAM         ? 0
                   : (range->type >> 4) == 0xb000000 ? 1
                                                     : 2;
        if (range->start < end) {
            edges[count++] = (struct edge){range->start, kind, 1};
            edges[count++] = (struct edge){end, kind, -1};
        }
    }
    qsort(edges, count, sizeof(*edges), compare_edges);
    return count;
}

static void end_piece(struct pieces *pieces, uint64_t start, uint64_t end)
{
    start = align_up(start, FRAME_SIZE);
    end = align_down(end, FRAME_SIZE);
    if (start < end) {
        pieces->piece[pieces->count++] = (struct memory_piece){start, end};
    }
}

/* The pieces of MAP where only RAM is said, and boot's if MAY_BE_TAKEN. */
static void sweep(const struct map *from, bool may_be_taken,
                  struct pieces *pieces)
{
    static struct edge edges[2 * RANGES_MAX];
    size_t count = collect_edges(from, edges);
    int said[3] = {0, 0, 0};
    bool was_ram = false;
    uint64_t start = 0;

    pieces->count = 0;
    for (size_t i = 0; i < count; i++) {
        said[edges[i].kind] += edges[i].change;
        if (i + 1 < count && edges[i + 1].at == edges[i].at) {
            continue;
        }
        bool is_ram =
            said[0] > 0 && (said[1] == 0 || may_be_taken) && said[2] == 0;
        if (is_ram && !was_ram) {
            start = edges[i].at;
        } else if (!is_ram && was_ram) {
            end_piece(pieces, start, edges[i].at);
        }
        was_ram = is_ram;
    }
}

static void assert_pieces(const struct map *from, const struct pieces *want,
                          bool (*next)(const struct memory_range *, size_t,
                                       paddr_t, struct memory_piece *))
{
    struct memory_piece piece = {0, 0};
    for (size_t i = 0; i < want->count; i++) {
        assert_true(next(from->ranges, from->count, piece.end, &piece));
        assert_int_equal(piece.start, want->piece[i].start);
        assert_int_equal(piece.end, want->piece[i].end);
    }
    assert_false(next(from->ranges, from->count, piece.end, &piece));
}

/* Where a place of SIZE is topmost, by the sweep. */
static paddr_t find(uint64_t size, uint64_t alignment, paddr_t limit)
{
    for (size_t i = free_ram.count; i-- > 0;) {
        const struct memory_piece *piece = &free_ram.piece[i];
        uint64_t end = MIN(piece->end, limit);
        if (end >= size) {
            uint64_t place = (end - size) / alignment * alignment;
            if (place >= piece->start && place > 0) {
                return place;
            }
        }
    }
    return PADDR_NONE;
}

static void assert_found(const struct map *from)
{
    static const uint64_t limits[] = {MIB,          16 * MIB, 4 * GIB,
                                      4 * GIB + 77, TIB,      1ull << 60};
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        for (uint64_t size = 1; size < 8 * GIB; size = size * 11 + 5) {
            for (uint64_t alignment = FRAME_SIZE; alignment <= GIB;
                 alignment <<= 9) {
                assert_int_equal(memory_map_find(from->ranges, from->count,
                                                 size, alignment, limits[i]),
                                 find(size, alignment, limits[i]));
            }
        }
    }
}

/* Frames of [start, end) that PIECES have. *AT is the first piece that may end
 * above START, so that calls with ascending START cost little. */
static size_t count_frames(const struct pieces *pieces, size_t *at,
                           paddr_t start, paddr_t end)
{
    size_t frames = 0;
    while (*at < pieces->count && pieces->piece[*at].end <= start) {
        ++*at;
    }
    for (size_t i = *at; i < pieces->count && pieces->piece[i].start < end;
         i++) {
        frames += (MIN(end, pieces->piece[i].end) -
                   MAX(start, pieces->piece[i].start)) /
                  FRAME_SIZE;
    }
    return frames;
}

/* Each frame of a split page: free in the map where it is free RAM. */
static void assert_bits(size_t page, size_t at)
{
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        paddr_t frame = page_address(page) + i * FRAME_SIZE;
        size_t piece = at;
        bool is_free =
            count_frames(&free_ram, &piece, frame, frame + FRAME_SIZE) == 1 &&
            frame != 0;
        uint64_t word = byte_map.frames[page].word[i / 64];
        assert_int_equal((word >> i % 64) & 1, is_free);
    }
}

static bool is_listed(const struct map *from, size_t page)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct memory_range *range = &from->ranges[i];
        if (range->type != MEMORY_RAM && range->start < range->end &&
            ranges_overlap(range->start, range->end, page_address(page),
                           page_address(page + 1))) {
            return true;
        }
    }
    return false;
}

static void assert_page(const struct map *from, size_t page, size_t *free_at,
                        size_t *ram_at)
{
    paddr_t start = page_address(page);
    paddr_t end = page_address(page + 1);
    size_t frames = count_frames(&free_ram, free_at, start, end);
    size_t ram = count_frames(&all_ram, ram_at, start, end);
    bool is_low = page == 0 && free_ram.count > 0 &&
                  free_ram.piece[0].start == 0; /* the frame at 0 is free */

    frames -= is_low;
    if (frames == FRAMES_PER_LARGE_PAGE) {
        assert_int_equal(byte_map_state(page), BYTE_MAP_FREE);
    } else if (frames > 0) {
        assert_int_equal(state_of(page), BYTE_MAP_SPLIT);
        assert_bits(page, *free_at);
    } else if (ram == FRAMES_PER_LARGE_PAGE) {
        assert_int_equal(byte_map_state(page), BYTE_MAP_USED | BYTE_MAP_KERNEL);
    } else if (ram > 0) {
        assert_int_equal(state_of(page), BYTE_MAP_SPLIT_FULL);
        assert_bits(page, *free_at);
    } else {
        assert_int_equal(byte_map_state(page), is_listed(from, page)
                                                   ? BYTE_MAP_RESERVED
                                                   : BYTE_MAP_HOLE);
    }
}

static void assert_byte_map(const struct map *from)
{
    size_t free_at = 0;
    size_t ram_at = 0;
    host_machine(from->ranges, from->count);
    for (size_t page = 0; page < byte_map_page_count(); page++) {
        assert_page(from, page, &free_at, &ram_at);
    }
    host_assert_valid();
    host_machine_end();
}

/* What the sweep over ORIGINAL says holds for FROM. */
static void assert_map(const struct map *original, const struct map *from)
{
    uint64_t size = 0;
    paddr_t top = 0;
    sweep(original, false, &free_ram);
    sweep(original, true, &all_ram);
    for (size_t i = 0; i < all_ram.count; i++) {
        size += all_ram.piece[i].end - all_ram.piece[i].start;
        top = all_ram.piece[i].end;
    }
    assert_true(memory_map_top(from->ranges, from->count) >= top);
    assert_true(
        is_aligned(memory_map_top(from->ranges, from->count), LARGE_PAGE_SIZE));
    assert_int_equal(memory_map_ram_size(from->ranges, from->count), size);
    assert_pieces(from, &free_ram, memory_map_next);
    assert_pieces(from, &all_ram, memory_map_next_ram);
    assert_found(from);
    assert_byte_map(from);
}

static void add(struct map *to, uint64_t start, uint64_t end, uint32_t type)
{
    if (to->count < RANGES_MAX) {
        to->ranges[to->count++] = (struct memory_range){start, end, type};
    }
}

static void read_map(const char *name)
{
    char path[256];
    char line[256];
    unsigned long start, end, type;

    snprintf(path, sizeof(path), CORPUS "/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    map.count = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "%lx %lx %lu", &start, &end, &type) == 3) {
            add(&map, start, end == UINT64_MAX ? end : end + 1, (uint32_t)type);
        }
    }
    fclose(file);
    assert_true(map.count > 0);
}

/* Says what RANGE says in two or three ranges that overlap or meet anywhere. */
static void add_in_parts(struct map *to, const struct memory_range *range)
{
    uint64_t size = range->end - range->start;
    if (size < 3) {
        add(to, range->start, range->end, range->type);
        return;
    }
    uint64_t middle = range->start + 1 + random_next(&seed) % (size - 2);
    uint64_t before = range->start + random_next(&seed) % size;
    add(to, range->start, middle, range->type);
    add(to, random_below(&seed, 2) == 0 ? middle : MIN(before, middle),
        range->end, range->type);
    add(to, middle - 1, middle + 1, range->type);
}

/* What means nothing: empty, wrapped, and beyond what can be addressed. */
static void add_noise(struct map *to)
{
    uint64_t any = random_next(&seed) >> random_below(&seed, 40);
    add(to, any, any, 1 + (uint32_t)random_below(&seed, 5));
    add(to, any + 1, any, 1 + (uint32_t)random_below(&seed, 5));
    add(to, UINT64_MAX - FRAME_SIZE + 1, UINT64_MAX, 2);
    add(to, MEMORY_MAP_LIMIT, MEMORY_MAP_LIMIT + GIB, MEMORY_RAM);
}

static void shuffle(struct map *to)
{
    for (size_t i = to->count; i > 1; i--) {
        size_t other = random_below(&seed, i);
        struct memory_range range = to->ranges[i - 1];
        to->ranges[i - 1] = to->ranges[other];
        to->ranges[other] = range;
    }
}

static void mangle(void)
{
    mangled.count = 0;
    for (size_t i = 0; i < map.count; i++) {
        add_in_parts(&mangled, &map.ranges[i]);
    }
    add_noise(&mangled);
    shuffle(&mangled);
}

/* Puts kernel, a module and the byte map's metadata where RAM is. */
static void add_kernel(struct map *to)
{
    paddr_t top = memory_map_top(to->ranges, to->count);
    add(to, MIB, 7 * MIB + 0x1234, MEMORY_KERNEL);
    add(to, 9 * MIB + 0x800, 9 * MIB + 0x900, MEMORY_MODULE);
    add(to, 0x10000, 0x11fff, MEMORY_LOADER);
    uint64_t size = byte_map_metadata_size(top);
    paddr_t metadata =
        memory_map_find(to->ranges, to->count, size, FRAME_SIZE, 4 * GIB);
    if (metadata != PADDR_NONE) {
        add(to, metadata, metadata + size, MEMORY_KERNEL);
    }
}

static void real_machines_are_laid_out(void **state)
{
    struct dirent *entry;
    unsigned machines = 0;
    DIR *directory = opendir(CORPUS);

    (void)state;
    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        if (strstr(entry->d_name, ".txt") == NULL) {
            continue;
        }
        read_map(entry->d_name);
        seed = ++machines;
        assert_map(&map, &map);
        add_kernel(&map);
        assert_map(&map, &map);
        mangle();
        assert_map(&map, &mangled);
    }
    closedir(directory);
    assert_true(machines >= 130);
}

/* Ranges of any type, anywhere in the first PAGES large pages. */
static void random_map(size_t pages, size_t count)
{
    static const uint32_t types[] = {1, 1, 1, 1, 1, 2, 3, 20, 0, MEMORY_KERNEL};
    map.count = 0;
    add(&map, 0, page_address(random_below(&seed, pages)), MEMORY_RAM);
    for (size_t i = 0; i < count; i++) {
        uint64_t start = random_below(&seed, page_address(pages));
        uint64_t size = random_below(&seed, 1ull << random_below(&seed, 25));
        if (random_below(&seed, 2) == 0) {
            start = align_down(start, FRAME_SIZE << random_below(&seed, 10));
        }
        uint32_t type = types[random_below(&seed, ARRAY_COUNT(types))];
        add(&map, start, start + size, type);
    }
}

static void random_maps_are_laid_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < 1500; i++) {
        seed = i + 1;
        random_map(1 + i % 40, i % 30);
        assert_map(&map, &map);
    }
    seed = 1;
    random_map(4000, RANGES_MAX - 1);
    assert_map(&map, &map);
}

static void no_ram_is_no_map(void **state)
{
    static const struct memory_range none[] = {
        {0, 16 * MIB, MEMORY_RESERVED},
        {MIB, MIB, MEMORY_RAM},
        {2 * MIB, MIB, MEMORY_RAM},
        {MEMORY_MAP_LIMIT, UINT64_MAX, MEMORY_RAM},
    };
    (void)state;
    assert_int_equal(memory_map_top(none, ARRAY_COUNT(none)), 0);
    assert_int_equal(memory_map_ram_size(none, ARRAY_COUNT(none)), 0);
    assert_int_equal(
        memory_map_find(none, ARRAY_COUNT(none), 1, FRAME_SIZE, GIB),
        PADDR_NONE);
    host_machine(none, ARRAY_COUNT(none));
    assert_int_equal(byte_map_page_count(), 0);
    assert_int_equal(byte_map_free_count(), 0);
    assert_int_equal(byte_map_alloc(1, BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(byte_map_alloc_below(1, GIB, BYTE_MAP_PROGRAM),
                     PADDR_NONE);
    assert_int_equal(byte_map_alloc_aligned(2, BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(frame_alloc(BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(byte_map_largest_run(), 0);
    host_assert_valid();
}

/* 3 MiB and 8 MiB: everything but the kernel can be had. */
static void the_smallest_machines_work(void **state)
{
    (void)state;
    for (uint64_t size = 2 * MIB; size <= 8 * MIB; size += 64 * KIB) {
        const struct memory_range ranges[] = {
            {0, 0x9f000, MEMORY_RAM},
            {0x9f000, 0x100000, MEMORY_RESERVED},
            {MIB, size, MEMORY_RAM},
            {MIB, MIB + 300 * KIB, MEMORY_KERNEL},
        };
        size_t want = 0x9e + (size - MIB - 300 * KIB) / FRAME_SIZE;
        size_t got = 0;
        host_machine(ranges, ARRAY_COUNT(ranges));
        while (frame_alloc(BYTE_MAP_PROGRAM) != PADDR_NONE) {
            got++;
            this_cpu()->index = got % CPUS_MAX;
        }
        assert_int_equal(got, want);
        host_assert_valid();
        this_cpu()->index = 0;
    }
}

static int end(void **state)
{
    (void)state;
    host_machine_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_ram_is_no_map),
        cmocka_unit_test(the_smallest_machines_work),
        cmocka_unit_test(random_maps_are_laid_out),
        cmocka_unit_test(real_machines_are_laid_out),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
