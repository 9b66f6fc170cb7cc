/* instructions CASE ROUNDS: runs one case of byte map or frames that often, for
 * callgrind to count the instructions inside the calls (see instructions.sh).
 * Without arguments, lists the cases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib/panic.h"
#include "mm/byte_map_priv.h"
#include "mm/frame.h"
#include "test/bench/bench_map.h"

struct instruction_case {
    const char *name;
    size_t pages;
    enum bench_pattern pattern;
    uint32_t magazine_size;
    void (*round)(void);
};

static void page_pair(void)
{
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    if (byte_map_free(page, 1) != 0) {
        panic("a page could not be released");
    }
}

static void run_pair(void)
{
    paddr_t page = byte_map_alloc(512, BYTE_MAP_PROGRAM);
    if (byte_map_free(page, 512) != 0) {
        panic("a run could not be released");
    }
}

/* The page's only frame: each release finds all frames of the word back. */
static void lone_frame_pair(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (frame_free(frame) != 0) {
        panic("a frame could not be released");
    }
}

/* As in a machine that runs: others have frames of the same page. */
static void frame_pair(void)
{
    static paddr_t other = PADDR_NONE;
    if (other == PADDR_NONE) {
        other = frame_alloc(BYTE_MAP_PROGRAM);
    }
    lone_frame_pair();
}

static void hopeless_run(void)
{
    if (byte_map_alloc(513, BYTE_MAP_PROGRAM) != PADDR_NONE) {
        panic("a run was found that is not there");
    }
}

static void hopeless_aligned(void)
{
    if (byte_map_alloc_aligned(1024, BYTE_MAP_PROGRAM) != PADDR_NONE) {
        panic("a run was found that is not there");
    }
}

static void hopeless_page(void)
{
    if (byte_map_alloc(1, BYTE_MAP_PROGRAM) != PADDR_NONE) {
        panic("a page was found that is not there");
    }
}

static void hopeless_frame(void)
{
    if (frame_alloc(BYTE_MAP_PROGRAM) != PADDR_NONE) {
        panic("a frame was found that is not there");
    }
}

static size_t sum;

static void free_count(void)
{
    sum += byte_map_free_count();
}

static void largest_run_bound(void)
{
    sum += byte_map_largest_run_bound();
}

#define TIB_PAGES 524288
#define MAX_PAGES 33554432

static const struct instruction_case cases[] = {
    {"page-magazine", TIB_PAGES, BENCH_EMPTY, MAGAZINE_SIZE, page_pair},
    {"page-lock", TIB_PAGES, BENCH_EMPTY, 0, page_pair},
    {"page-lock-64tib", MAX_PAGES, BENCH_EMPTY, 0, page_pair},
    {"page-lock-99", TIB_PAGES, BENCH_RANDOM_99, 0, page_pair},
    {"run-512", TIB_PAGES, BENCH_EMPTY, 0, run_pair},
    {"lone-frame", TIB_PAGES, BENCH_EMPTY, MAGAZINE_SIZE, lone_frame_pair},
    {"frame", TIB_PAGES, BENCH_EMPTY, MAGAZINE_SIZE, frame_pair},
    {"frame-64tib", MAX_PAGES, BENCH_EMPTY, MAGAZINE_SIZE, frame_pair},
    {"hopeless-run", TIB_PAGES, BENCH_BOTTOM, MAGAZINE_SIZE, hopeless_run},
    {"hopeless-aligned", TIB_PAGES, BENCH_BOTTOM, MAGAZINE_SIZE,
     hopeless_aligned},
    {"hopeless-page", TIB_PAGES, BENCH_FULL, MAGAZINE_SIZE, hopeless_page},
    {"hopeless-frame", TIB_PAGES, BENCH_FULL, MAGAZINE_SIZE, hopeless_frame},
    {"free-count", TIB_PAGES, BENCH_EMPTY, MAGAZINE_SIZE, free_count},
    {"largest-run-bound", TIB_PAGES, BENCH_EMPTY, MAGAZINE_SIZE,
     largest_run_bound},
};

static const struct instruction_case *find_case(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (strcmp(cases[i].name, name) == 0) {
            return &cases[i];
        }
    }
    return NULL;
}

static void list_cases(void)
{
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        puts(cases[i].name);
    }
}

int main(int argc, char **argv)
{
    static struct bench_map map;
    if (argc < 3) {
        list_cases();
        return 0;
    }
    const struct instruction_case *chosen = find_case(argv[1]);
    if (chosen == NULL) {
        return 1;
    }
    bench_map_make(&map, chosen->pages, chosen->pattern);
    byte_map_limit_magazines(chosen->magazine_size);
    chosen->round();
    chosen->round();
    for (unsigned long i = strtoul(argv[2], NULL, 0); i > 0; i--) {
        chosen->round();
    }
    return 0;
}
