/* What byte map and frames cost in this kernel. */
#include "kernel/bench.h"

#include "kernel/base.h"
#include "kernel/bench/bench_calls.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/memory.h"

#define LONG_RUN        512 /* pages: 1 GiB */

/* Frames come from a word of so many bits, the lowest first. */
#define FRAMES_PER_WORD 64

/* Memory that is taken away for a while; this lies in it. */
struct hoard {
    struct hoard *next;
    size_t pages; /* large ones, or 0: it is a frame */
};

static struct hoard *hoard_add(struct hoard *next, paddr_t start, size_t pages)
{
    struct hoard *hoard = direct_map(start);
    *hoard = (struct hoard){next, pages};
    return hoard;
}

/* A run of COUNT large pages where there is one, in front of NEXT. */
static struct hoard *hoard_run(struct hoard *next, size_t count)
{
    paddr_t start = byte_map_alloc(count, BYTE_MAP_KERNEL);
    return start == PADDR_NONE ? next : hoard_add(next, start, count);
}

/* COUNT large pages in runs as long as can be. */
static struct hoard *hoard_pages(size_t count)
{
    struct hoard *pages = NULL;

    while (count > 0) {
        size_t length = MIN(count, byte_map_largest_run());
        ASSERT_CMP(length, >, (size_t)0);
        pages = hoard_run(pages, length);
        count -= length;
    }
    return pages;
}

/* All memory that is free. */
static struct hoard *hoard_all(void)
{
    struct hoard *all = hoard_pages(byte_map_free_count());
    paddr_t frame;

    while ((frame = frame_alloc(BYTE_MAP_KERNEL)) != PADDR_NONE) {
        all = hoard_add(all, frame, 0);
    }
    return all;
}

/* Frames until those that come next lie in a word that is neither all free nor
 * nearly all taken. */
static struct hoard *hoard_half_a_word(void)
{
    struct hoard *frames = NULL;
    paddr_t frame;

    do {
        frame = frame_alloc(BYTE_MAP_KERNEL);
        ASSERT_CMP(frame, !=, PADDR_NONE);
        frames = hoard_add(frames, frame, 0);
    } while (frame / FRAME_SIZE % FRAMES_PER_WORD != FRAMES_PER_WORD / 2);
    return frames;
}

static void hoard_release(struct hoard *hoard)
{
    while (hoard != NULL) {
        struct hoard *next = hoard->next;
        size_t pages = hoard->pages;
        paddr_t start = direct_map_address(hoard);
        int error = pages > 0 ? byte_map_free(start, pages) : frame_free(start);
        ASSERT_CMP(error, ==, 0);
        hoard = next;
    }
}

/* A run that is aligned, as the host's is: at ends that are not, the map is
 * changed bit by bit and byte by byte. */
static void measure_run(void)
{
    static const struct bench_case run = {"run-512", bench_pairs, 2};
    struct hoard *topmost = hoard_run(NULL, 1);
    paddr_t end = direct_map_address(topmost) + LARGE_PAGE_SIZE;
    hoard_release(topmost);

    struct hoard *above = hoard_run(NULL, end / LARGE_PAGE_SIZE % LONG_RUN);
    struct hoard *found = hoard_run(NULL, LONG_RUN);
    hoard_release(found);
    if (found != NULL) {
        bench_measure(&run, LONG_RUN);
    }
    hoard_release(above);
}

/* Before anything else: on a map whose bounds no search has lowered yet, as the
 * host's are. */
static void measure_pages(void)
{
    static const struct bench_case magazine = {"page-magazine", bench_pairs, 2};
    static const struct bench_case lock = {"page-lock", bench_pairs, 2};
    uint32_t size = byte_map_limit_magazines(0);

    bench_measure(&lock, 1);
    measure_run();
    byte_map_limit_magazines(size);
    if (size > 0) {
        bench_measure(&magazine, 1);
    }
}

static void measure_frames(void)
{
    static const struct bench_case frame = {"frame", bench_frame_pairs, 2};
    struct hoard *hoard = hoard_half_a_word();

    bench_measure(&frame, 0);
    hoard_release(hoard);
}

/* A run that the map's bound does not exclude, but its free count does. */
static void measure_hopeless_runs(void)
{
    static const struct bench_case run = {"hopeless-run", bench_allocs, 1};
    static const struct bench_case aligned = {"hopeless-aligned",
                                              bench_aligned_allocs, 1};
    int order = 63 - __builtin_clzll(byte_map_largest_run());
    size_t count = 1ull << order;
    struct hoard *rest = hoard_pages(byte_map_free_count() - count + 1);

    bench_measure(&run, count);
    bench_measure(&aligned, count);
    hoard_release(rest);
}

static void measure_without_memory(void)
{
    static const struct bench_case page = {"hopeless-page", bench_allocs, 1};
    static const struct bench_case frame = {"hopeless-frame",
                                            bench_frame_allocs, 1};
    struct hoard *all = hoard_all();

    bench_measure(&page, 1);
    bench_measure(&frame, 0);
    hoard_release(all);
}

static void measure_counts(void)
{
    static const struct bench_case count = {"free-count", bench_free_counts, 1};
    static const struct bench_case bound = {"largest-run-bound",
                                            bench_largest_run_bounds, 1};
    bench_measure(&count, 0);
    bench_measure(&bound, 0);
}

/* A number that stands for all bytes of the map. */
static uint64_t map_digest(void)
{
    uint64_t digest = 0;
    for (size_t page = 0; page < byte_map_page_count(); page++) {
        digest = digest * 31 + byte_map_state(page);
    }
    return digest;
}

static void measure_all(void)
{
    log_info("bench: counted in ticks: instructions under -icount shift=0, "
             "and time elsewhere");
    measure_pages();
    measure_frames();
    measure_hopeless_runs();
    measure_without_memory();
    measure_counts();
}

void bench_memory_run(void)
{
    if (option_choice(OPTION_BENCH) != OPTION_BENCH_MM) {
        return;
    }
    byte_map_drain();
    if (byte_map_free_count() == 0) {
        log_warn("bench: no large page is free to measure with");
        return;
    }
    uint64_t free = memory_free();
    uint64_t digest = map_digest();
    measure_all();
    byte_map_drain();
    const char *broken = byte_map_validate();
    if (broken != NULL) {
        panic("bench: the byte map is broken: %s", broken);
    }
    ASSERT_CMP(memory_free(), ==, free);
    ASSERT_CMP(map_digest(), ==, digest);
}
