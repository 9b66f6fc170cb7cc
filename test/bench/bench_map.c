/* See test/bench/bench_map.h. */
#include "test/bench/bench_map.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/lib/log.h"
#include "kernel/lib/panic.h"
#include "mm/frame.h"
#include "test/host/random.h"

#define CLUSTER_MAX  600 /* so that few clusters hold 512 */
#define SETTLE_MAX   400000
#define BOTTOM_PAGES 512

const char *const bench_pattern_names[BENCH_PATTERNS] = {
    "empty",        "50 %",         "99 %",        "99.99 %",
    "99 % cluster", "checkerboard", "bottom free", "full"};

static uint64_t seed = 1;

void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* Nothing that is measured is refused with a message. */
void log_write(enum log_level level, const char *format, ...)
{
    panic("logged at level %d: %s", (int)level, format);
}

uint64_t bench_random(uint64_t limit)
{
    return random_below(&seed, limit);
}

static void *get_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        panic("no memory for a map of %zu bytes", size);
    }
    return memory;
}

static void put(size_t page, size_t count)
{
    if (byte_map_free(page_address(page), count) != 0) {
        panic("the pattern could not be made");
    }
}

/* Releases each page with a chance of SHARE in 10000. */
static void put_random(size_t pages, size_t share)
{
    for (size_t page = 0; page < pages; page++) {
        if (bench_random(10000) < share) {
            put(page, 1);
        }
    }
}

/* Releases a hundredth of PAGES in runs at random places, with a used page on
 * both sides at least. The first is as long as can be. */
static void put_clusters(size_t pages)
{
    size_t left = pages / 100;
    while (left > 0) {
        bool is_first = left == pages / 100;
        size_t count = is_first ? CLUSTER_MAX : 1 + bench_random(CLUSTER_MAX);
        count = MIN(left, count);
        size_t page = 1 + bench_random(pages - count - 1);
        bool is_used = true;
        for (size_t i = page - 1; i <= page + count; i++) {
            is_used = is_used && byte_map_state(i) == BYTE_MAP_USED;
        }
        if (is_used) {
            put(page, count);
            left -= count;
        }
    }
}

static void put_pattern(size_t pages, enum bench_pattern pattern)
{
    switch (pattern) {
    case BENCH_EMPTY:
        put(0, pages);
        break;
    case BENCH_RANDOM_50:
        put_random(pages, 5000);
        break;
    case BENCH_RANDOM_99:
        put_random(pages, 100);
        break;
    case BENCH_RANDOM_9999:
        put_random(pages, 1);
        break;
    case BENCH_CLUSTERED_99:
        put_clusters(pages);
        break;
    case BENCH_CHECKERBOARD:
        for (size_t page = 0; page < pages; page += 2) {
            put(page, 1);
        }
        break;
    case BENCH_BOTTOM:
        put(0, MIN(pages / 4, (size_t)BOTTOM_PAGES));
        break;
    default:
        break;
    }
}

static void copy_to_loop(struct byte_loop *loop)
{
    for (size_t page = 0; page < loop->page_count; page++) {
        loop->state[page] = byte_map_state(page) == BYTE_MAP_FREE
                                ? BYTE_LOOP_FREE
                                : BYTE_LOOP_USED;
    }
}

void bench_map_settle(struct bench_map *map)
{
    size_t rounds = MIN(4 * byte_map_free_count(), (size_t)SETTLE_MAX);
    uint32_t magazine_size = byte_map_limit_magazines(0);
    for (size_t i = 0; i < rounds; i++) {
        size_t page = bench_random(map->page_count);
        if ((byte_map_state(page) & BYTE_MAP_USED) != 0) {
            put(page, 1);
            byte_map_alloc(1, BYTE_MAP_PROGRAM);
        }
    }
    byte_map_limit_magazines(magazine_size);
    copy_to_loop(&map->loop);
}

/* No files keep anything here. */
void byte_map_changed(size_t page, size_t count, uint8_t state)
{
    (void)page;
    (void)count;
    (void)state;
}

bool frame_reclaim(void)
{
    return false;
}

void bench_map_make(struct bench_map *map, size_t pages,
                    enum bench_pattern pattern)
{
    const struct memory_range ranges[] = {
        {0, page_address(pages), MEMORY_RAM},
        {0, page_address(1), MEMORY_KERNEL},
    };
    paddr_t top = page_address(pages);
    map->metadata = get_memory(byte_map_metadata_size(top));
    byte_map_init(ranges, ARRAY_COUNT(ranges), top, map->metadata);
    if (byte_map_alloc(pages - 1, BYTE_MAP_PROGRAM) == PADDR_NONE) {
        panic("%zu pages are not there", pages - 1);
    }
    put_pattern(pages, pattern);
    byte_map_drain();
    map->page_count = pages;
    map->pattern = pattern;
    map->loop = (struct byte_loop){get_memory(pages), pages};
    copy_to_loop(&map->loop);
}

void bench_map_end(struct bench_map *map)
{
    paddr_t top = page_address(map->page_count);
    munmap(map->metadata, byte_map_metadata_size(top));
    munmap(map->loop.state, map->page_count);
}
