/* Frames against the plainest model, one byte a frame; and large pages between
 * them, because both come from the same pages. BYTE_MAP_ROUNDS makes the random
 * test that many times longer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "kernel/x86/percpu.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define PAGES_MAX  64
#define FRAMES_MAX (PAGES_MAX * FRAMES_PER_LARGE_PAGE)

static uint64_t seed;
static bool is_free[FRAMES_MAX]; /* of RAM that the model says is free */
static size_t page_count;

/* PAGES of RAM, of which the kernel has the first and nobody anything else. */
static void begin(size_t pages)
{
    host_machine_of(pages, 1);
    host_logged();
    page_count = pages;
    for (size_t i = 0; i < pages * FRAMES_PER_LARGE_PAGE; i++) {
        is_free[i] = i >= FRAMES_PER_LARGE_PAGE;
    }
}

static size_t count_free_in(size_t page)
{
    size_t count = 0;
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        count += is_free[page * FRAMES_PER_LARGE_PAGE + i];
    }
    return count;
}

/* Takes [frame, frame + count) in the model: all must be free there. */
static void take(size_t frame, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(frame + i < page_count * FRAMES_PER_LARGE_PAGE);
        assert_true(is_free[frame + i]);
        is_free[frame + i] = false;
    }
}

static void put(size_t frame, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_false(is_free[frame + i]);
        is_free[frame + i] = true;
    }
}

/* In the words of the byte map. */
static void assert_frame_states(size_t page)
{
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        size_t frame = page * FRAMES_PER_LARGE_PAGE + i;
        unsigned state = frame_state(frame) & ~(unsigned)BYTE_MAP_OWNER_MASK;
        assert_int_equal(state, is_free[frame] ? BYTE_MAP_FREE : BYTE_MAP_USED);
    }
}

/* Once drained, each byte is what the frames in the page make it. */
static void assert_same(void)
{
    size_t total = 0;
    host_assert_valid();
    byte_map_drain();
    host_assert_valid();
    for (size_t page = 0; page < page_count; page++) {
        size_t count = count_free_in(page);
        unsigned state = state_of(page);
        total += count;
        assert_frame_states(page);
        if (count == FRAMES_PER_LARGE_PAGE) {
            assert_int_equal(state, BYTE_MAP_FREE);
        } else if (count > 0) {
            assert_int_equal(state, BYTE_MAP_SPLIT);
        } else {
            assert_true(state == BYTE_MAP_USED || state == BYTE_MAP_SPLIT_FULL);
        }
    }
    assert_int_equal(host_free_frames(), total);
    assert_int_equal(frame_state(page_count * FRAMES_PER_LARGE_PAGE),
                     BYTE_MAP_HOLE);
}

static size_t alloc_one(void)
{
    paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
    if (frame == PADDR_NONE) {
        return SIZE_MAX;
    }
    assert_true(is_aligned(frame, FRAME_SIZE));
    take(frame / FRAME_SIZE, 1);
    return frame / FRAME_SIZE;
}

static void alloc_batch(size_t count)
{
    paddr_t frames[1500];
    size_t before = host_free_frames();
    size_t got = frame_alloc_batch(frames, count, BYTE_MAP_KERNEL);
    assert_int_equal(got, MIN(before, count));
    for (size_t i = 0; i < got; i++) {
        take(frames[i] / FRAME_SIZE, 1);
    }
}

static bool is_split(size_t page)
{
    return page < page_count &&
           (state_of(page) & (BYTE_MAP_SPLIT | BYTE_MAP_SPLIT_FULL)) != 0;
}

/* Releases any frame, allocated or not. */
static void free_any(void)
{
    size_t frame =
        random_below(&seed, (page_count + 1) * FRAMES_PER_LARGE_PAGE);
    bool is_allocated =
        is_split(frame / FRAMES_PER_LARGE_PAGE) && !is_free[frame];
    assert_int_equal(frame_free(frame * FRAME_SIZE),
                     is_allocated ? 0 : -EINVAL);
    assert_int_equal(host_logged(), is_allocated ? 0 : 1);
    if (is_allocated) {
        put(frame, 1);
    }
}

/* Releases all allocated frames of a split page but LEFT. */
static void free_most_of_page(size_t left)
{
    size_t page = random_below(&seed, page_count);
    size_t first = page * FRAMES_PER_LARGE_PAGE;
    for (size_t i = first; i < first + FRAMES_PER_LARGE_PAGE; i++) {
        if (is_split(page) && !is_free[i] && random_below(&seed, 512) >= left) {
            put(i, 1);
            assert_int_equal(frame_free(i * FRAME_SIZE), 0);
        }
    }
}

static void alloc_pages(size_t count)
{
    paddr_t pages = byte_map_alloc(count, BYTE_MAP_PROGRAM);
    if (pages != PADDR_NONE) {
        take(pages / FRAME_SIZE, count * FRAMES_PER_LARGE_PAGE);
    }
}

/* Releases an allocated large page, or splits it. */
static void change_page(void)
{
    size_t page = random_below(&seed, page_count);
    bool is_used = state_of(page) == BYTE_MAP_USED;
    if (random_below(&seed, 2) == 0) {
        assert_int_equal(byte_map_split(page_address(page)),
                         is_used ? 0 : -EINVAL);
    } else {
        assert_int_equal(byte_map_free(page_address(page), 1),
                         is_used ? 0 : -EINVAL);
        put(page * FRAMES_PER_LARGE_PAGE, is_used ? FRAMES_PER_LARGE_PAGE : 0);
    }
    assert_int_equal(host_logged(), is_used ? 0 : 1);
}

static void change_something(void)
{
    switch (random_below(&seed, 64)) {
    case 0:
        alloc_batch(random_below(&seed, 1500));
        break;
    case 1:
        free_most_of_page(random_below(&seed, 3));
        break;
    case 2:
        alloc_pages(1 + random_below(&seed, 3));
        break;
    case 3:
        change_page();
        break;
    case 4:
        this_cpu()->index = (uint32_t)random_below(&seed, CPUS_MAX);
        break;
    default:
        if (random_below(&seed, 2) == 0) {
            alloc_one();
        } else {
            free_any();
        }
    }
}

static void frames_agree_with_a_byte_each(void **state)
{
    const char *times = getenv("BYTE_MAP_ROUNDS");
    size_t rounds = 100000 * (times == NULL ? 1 : strtoul(times, NULL, 0));

    (void)state;
    for (size_t pages = 2; pages <= PAGES_MAX; pages += 1 + pages / 3) {
        begin(pages);
        seed = pages;
        for (size_t i = 0; i < rounds; i++) {
            change_something();
            if (i % 64 == 0) {
                assert_same();
            }
        }
        this_cpu()->index = 0;
    }
}

/* Down to the last frame, each of them once, and all back: with 3 pages no CPU
 * may keep anything back from the others. */
static void every_frame_is_given_and_comes_back(void **state)
{
    (void)state;
    for (size_t pages = 2; pages <= PAGES_MAX; pages *= 2) {
        begin(pages);
        size_t total = host_free_frames();
        size_t bound = byte_map_largest_run();
        for (size_t i = 0; i < total; i++) {
            this_cpu()->index = (uint32_t)(i / 7 % CPUS_MAX);
            assert_int_not_equal(alloc_one(), SIZE_MAX);
        }
        assert_int_equal(alloc_one(), SIZE_MAX);
        assert_int_equal(byte_map_alloc(1, BYTE_MAP_PROGRAM), PADDR_NONE);
        assert_int_equal(host_free_frames(), 0);
        assert_same();
        for (size_t i = 0; i < total; i++) {
            size_t frame = FRAMES_PER_LARGE_PAGE + i * 211 % total;
            this_cpu()->index = (uint32_t)(i / 5 % CPUS_MAX);
            put(frame, 1);
            assert_int_equal(frame_free(frame * FRAME_SIZE), 0);
        }
        assert_same();
        assert_int_equal(byte_map_free_count(), pages - 1);
        assert_int_equal(byte_map_largest_run(), bound);
        this_cpu()->index = 0;
    }
}

/* With LEFT frames in the machine a batch of COUNT gets what is there, and the
 * next call nothing; and all is there again afterwards. */
static void a_batch_gets_what_is_left(void **state)
{
    static paddr_t all[FRAMES_MAX];
    static paddr_t frames[1024];

    (void)state;
    begin(4);
    size_t total = frame_alloc_batch(all, FRAMES_MAX, BYTE_MAP_PROGRAM);
    assert_int_equal(total, 3 * FRAMES_PER_LARGE_PAGE);
    for (size_t left = 0; left <= 1024; left += 1 + left / 16) {
        assert_int_equal(frame_free_batch(all, left), left);
        for (size_t count = 0; count <= 1024; count += 1 + count / 4) {
            size_t got = frame_alloc_batch(frames, count, BYTE_MAP_PROGRAM);
            assert_int_equal(got, MIN(left, count));
            if (left < count) {
                assert_int_equal(frame_alloc(BYTE_MAP_PROGRAM), PADDR_NONE);
            }
            assert_int_equal(frame_free_batch(frames, got), got);
            assert_int_equal(host_free_frames(), left);
        }
        host_assert_valid();
        assert_int_equal(frame_alloc_batch(all, left, BYTE_MAP_PROGRAM), left);
    }
}

/* Pages are refused at each number that is left, and nothing changes then. */
static void pages_are_refused_when_too_few_are_left(void **state)
{
    (void)state;
    for (size_t left = 0; left < 20; left++) {
        begin(PAGES_MAX);
        size_t taken = PAGES_MAX - 1 - left;
        assert_int_not_equal(byte_map_alloc(taken, BYTE_MAP_PROGRAM),
                             PADDR_NONE);
        for (size_t count = left + 1; count < 30; count++) {
            assert_int_equal(byte_map_alloc(count, BYTE_MAP_PROGRAM),
                             PADDR_NONE);
            assert_int_equal(byte_map_free_count(), left);
        }
        assert_int_equal(byte_map_largest_run(), left);
        for (size_t i = 0; i < left; i++) {
            this_cpu()->index = (uint32_t)(i % CPUS_MAX);
            assert_int_not_equal(byte_map_alloc(1, BYTE_MAP_PROGRAM),
                                 PADDR_NONE);
            assert_int_equal(byte_map_free_count(), left - i - 1);
        }
        assert_int_equal(byte_map_alloc(1, BYTE_MAP_PROGRAM), PADDR_NONE);
        assert_int_equal(frame_alloc(BYTE_MAP_PROGRAM), PADDR_NONE);
        host_assert_valid();
        this_cpu()->index = 0;
    }
}

static void what_is_reclaimed_is_given(void **state)
{
    (void)state;
    paddr_t kept = PADDR_NONE, frame;

    begin(2);
    while ((frame = frame_alloc(BYTE_MAP_PROGRAM)) != PADDR_NONE) {
        kept = frame;
    }
    for (size_t i = 0; i < 2; i++) {
        host_reclaimable = kept;
        assert_int_equal(frame_alloc(BYTE_MAP_PROGRAM), kept);
        assert_int_equal(host_reclaimable, PADDR_NONE);
        assert_int_equal(frame_alloc(BYTE_MAP_PROGRAM), PADDR_NONE);
    }
}

/* RAM that is no whole page is used as frames, the frame at 0 never. */
static void ragged_ram_is_frames(void **state)
{
    static const struct memory_range ranges[] = {
        {0, 0x9fc00, MEMORY_RAM},
        {0xf0000, 0x100000, MEMORY_RESERVED},
        {0x100000, 0x7fe3000, MEMORY_RAM},
        {0x100000, 0x2fff001, MEMORY_KERNEL},
        {0x7fe3000, 0x8000000, MEMORY_ACPI}};
    const size_t low = 0x9f - 1;
    const size_t high = 0x1e3;

    (void)state;
    host_machine(ranges, ARRAY_COUNT(ranges));
    assert_int_equal(byte_map_page_count(), 64);
    assert_int_equal(byte_map_free_count(), 63 - 0x18);
    assert_int_equal(frame_free_count(), low + high);
    assert_int_equal(state_of(0), BYTE_MAP_SPLIT);
    assert_int_equal(byte_map_state(1), BYTE_MAP_USED | BYTE_MAP_KERNEL);
    assert_int_equal(byte_map_state(0x17), BYTE_MAP_USED | BYTE_MAP_KERNEL);
    assert_int_equal(state_of(63), BYTE_MAP_SPLIT);
    for (size_t i = 0; i < host_free_frames(); i++) {
        paddr_t frame = frame_alloc(BYTE_MAP_PROGRAM);
        assert_true(frame >= FRAME_SIZE && frame < 0x7fe3000);
        assert_false(frame >= 0x9f000 && frame < 0x3000000);
    }
    host_assert_valid();
}

/* Who split a page stays written in its byte. */
static void a_split_page_says_for_whom(void **state)
{
    (void)state;
    begin(4);
    paddr_t frame = frame_alloc(BYTE_MAP_PAGE_TABLES);
    size_t page = frame / LARGE_PAGE_SIZE;
    assert_int_equal(byte_map_state(page),
                     BYTE_MAP_SPLIT | BYTE_MAP_PAGE_TABLES);
    assert_int_equal(frame_free(frame), 0);
    byte_map_drain();
    assert_int_equal(byte_map_state(page), BYTE_MAP_FREE);
    paddr_t whole = byte_map_alloc(1, BYTE_MAP_KERNEL);
    assert_int_equal(byte_map_split(whole), 0);
    assert_int_equal(byte_map_state(whole / LARGE_PAGE_SIZE),
                     BYTE_MAP_SPLIT_FULL | BYTE_MAP_KERNEL);
    assert_int_equal(frame_free(whole + FRAME_SIZE), 0);
    assert_int_equal(byte_map_state(whole / LARGE_PAGE_SIZE),
                     BYTE_MAP_SPLIT | BYTE_MAP_KERNEL);
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
        cmocka_unit_test(frames_agree_with_a_byte_each),
        cmocka_unit_test(every_frame_is_given_and_comes_back),
        cmocka_unit_test(a_batch_gets_what_is_left),
        cmocka_unit_test(pages_are_refused_when_too_few_are_left),
        cmocka_unit_test(what_is_reclaimed_is_given),
        cmocka_unit_test(ragged_ram_is_frames),
        cmocka_unit_test(a_split_page_says_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
