/* The byte map against the plainest byte loop: random calls are made to both,
 * and each must answer the same and leave the same bytes. Magazines are off, so
 * that the topmost fit is what both have to find.
 *
 * BYTE_MAP_ROUNDS in the environment makes it that many times longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

static struct plain_map plain;
static uint64_t seed;

static const uint8_t owners[] = {BYTE_MAP_PROGRAM, BYTE_MAP_KERNEL,
                                 BYTE_MAP_PAGE_TABLES};

static void begin(size_t pages)
{
    host_machine_of(pages + 1, 1);
    host_without_magazines();
    plain.page_count = pages + 1;
    plain.state = malloc(pages + 1);
    assert_non_null(plain.state);
    memcpy(plain.state, byte_map.state, pages + 1);
    host_logged();
}

static void end(void)
{
    free(plain.state);
    host_machine_end();
}

static void assert_same(void)
{
    host_assert_valid();
    assert_memory_equal(plain.state, byte_map.state, plain.page_count);
}

/* Mostly 1, often few, at times more than there are. */
static size_t random_count(void)
{
    switch (random_below(&seed, 16)) {
    case 0:
        return random_below(&seed, plain.page_count + 3);
    case 1:
        return 1 + random_below(&seed, 1200);
    case 2:
    case 3:
        return 60 + random_below(&seed, 10);
    case 4:
    case 5:
    case 6:
        return 1 + random_below(&seed, 64);
    default:
        return 1 + random_below(&seed, 3);
    }
}

/* Allocates by one of the three calls. */
static void alloc_both(size_t count)
{
    enum byte_map_owner owner = owners[random_below(&seed, 3)];
    uint8_t state = BYTE_MAP_USED | (uint8_t)owner;
    size_t limit = plain.page_count;
    size_t alignment = 1;
    paddr_t got;

    switch (random_below(&seed, 4)) {
    case 0:
        alignment = 1ull << random_below(&seed, 12);
        count = alignment;
        got = byte_map_alloc_aligned(count, owner);
        break;
    case 1:
        limit = random_below(&seed, plain.page_count + 2);
        got = byte_map_alloc_below(
            count, limit * LARGE_PAGE_SIZE + random_below(&seed, 3) * 4096,
            owner);
        break;
    default:
        got = byte_map_alloc(count, owner);
    }
    size_t want = plain_alloc(&plain, count, alignment, limit, state);
    assert_int_equal(got, want == NO_PAGE ? PADDR_NONE : page_address(want));
    assert_false(want != NO_PAGE && count > byte_map_largest_run_bound() &&
                 byte_map_validate() != NULL);
}

/* Releases at a random place, mostly something that is allocated. */
static void free_both(size_t count)
{
    size_t page = random_below(&seed, plain.page_count + 1);
    for (size_t tries = 0; tries < 8 && page < plain.page_count &&
                           (plain.state[page] & BYTE_MAP_USED) == 0;
         tries++) {
        page = random_below(&seed, plain.page_count);
    }
    bool is_freed = plain_free(&plain, page, count);
    assert_int_equal(byte_map_free(page_address(page), count),
                     is_freed ? 0 : -EINVAL);
    assert_int_equal(host_logged(), is_freed ? 0 : 1);
}

static size_t count_free(void)
{
    size_t count = 0;
    for (size_t page = 0; page < plain.page_count; page++) {
        count += plain.state[page] == BYTE_MAP_FREE;
    }
    return count;
}

static size_t longest_run(void)
{
    size_t run = 0;
    size_t longest = 0;
    for (size_t page = 0; page < plain.page_count; page++) {
        run = plain.state[page] == BYTE_MAP_FREE ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

/* ROUNDS calls, more releases than allocations while the map is full. What
 * costs a look at all pages is done every INTERVAL calls. */
static void run(size_t pages, size_t rounds, size_t interval)
{
    uint64_t first_seed = seed = pages * 0x9e3779b97f4a7c15ull + 1;
    size_t weight = 8; /* of 16: how often to allocate */
    const char *times = getenv("BYTE_MAP_ROUNDS");

    rounds *= times == NULL ? 1 : strtoul(times, NULL, 0);
    begin(pages);
    for (size_t i = 0; i < rounds; i++) {
        if (i % 512 == 0) {
            weight = 3 + random_below(&seed, 11);
        }
        size_t count = random_count();
        if (random_below(&seed, 16) < weight) {
            alloc_both(count);
        } else {
            free_both(random_below(&seed, 2) == 0 ? 1 : count);
        }
        if (i % interval == 0) {
            assert_same();
            assert_int_equal(byte_map_free_count(), count_free());
        }
        if (i % (16 * interval) == 0) {
            assert_true(byte_map_largest_run_bound() >= longest_run());
            assert_int_equal(byte_map_largest_run(), longest_run());
        }
    }
    assert_same();
    end();
    assert_int_not_equal(first_seed, 0);
}

static void agrees_on_small_maps(void **state)
{
    (void)state;
    for (size_t pages = 1; pages <= 64; pages++) {
        run(pages, 20000, 8);
    }
}

static void agrees_around_words_and_blocks(void **state)
{
    static const size_t sizes[] = {65,   127,  128,  129,  511,   640,
                                   4031, 4095, 4096, 4097, 12287, 12289};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        run(sizes[i], 80000, 1 + sizes[i]);
    }
}

static void agrees_on_128_gib(void **state)
{
    (void)state;
    run(65535, 60000, 20000);
}

static void agrees_on_1_tib(void **state)
{
    (void)state;
    run(524288, 6000, 1000);
}

/* Everything is taken, and then a part in a million is released. */
static void agrees_on_64_tib(void **state)
{
    const size_t pages = 33554431;
    (void)state;
    seed = 64;
    begin(pages);
    alloc_both(1);
    size_t all = byte_map_largest_run();
    assert_int_equal(
        byte_map_alloc(all, BYTE_MAP_PROGRAM),
        page_address(plain_alloc(&plain, all, 1, pages + 1, BYTE_MAP_USED)));
    for (size_t i = 0; i < 200; i++) {
        free_both(1 + random_below(&seed, 40));
    }
    assert_memory_equal(plain.state, byte_map.state, plain.page_count);
    for (size_t i = 0; i < 24; i++) {
        alloc_both(random_count());
    }
    assert_same();
    end();
}

/* What a request changed, put back. */
struct snapshot {
    struct byte_map map;
    uint8_t *metadata;
    size_t size;
    uint8_t state[16];
};

static void restore(const struct snapshot *snapshot)
{
    byte_map = snapshot->map;
    memcpy(byte_map.frames, snapshot->metadata, snapshot->size);
    memcpy(plain.state, snapshot->state, plain.page_count);
}

static void try_alloc(const struct snapshot *snapshot, size_t count,
                      size_t alignment, size_t limit)
{
    paddr_t got;
    if (alignment > 1) {
        got = byte_map_alloc_aligned(count, BYTE_MAP_PROGRAM);
    } else if (limit <= plain.page_count) {
        got = byte_map_alloc_below(count, page_address(limit), 0);
    } else {
        got = byte_map_alloc(count, BYTE_MAP_PROGRAM);
    }
    size_t want = plain_alloc(&plain, count, alignment, limit, BYTE_MAP_USED);
    assert_int_equal(got, want == NO_PAGE ? PADDR_NONE : page_address(want));
    assert_memory_equal(plain.state, byte_map.state, plain.page_count);
    if (want != NO_PAGE) {
        restore(snapshot);
    }
}

static void try_free(const struct snapshot *snapshot, size_t page, size_t count)
{
    bool is_freed = plain_free(&plain, page, count);
    assert_int_equal(byte_map_free(page_address(page), count),
                     is_freed ? 0 : -EINVAL);
    assert_memory_equal(plain.state, byte_map.state, plain.page_count);
    if (is_freed) {
        restore(snapshot);
    }
}

/* Makes the pages in BITS free, tries all calls on them, and has all taken
 * again at the end. */
static void try_all(uint64_t bits, const struct snapshot *full)
{
    size_t pages = plain.page_count;
    struct snapshot snapshot = *full;
    for (size_t page = 0; page < pages; page++) {
        if ((bits & BIT(page)) != 0) {
            plain.state[page] = BYTE_MAP_FREE;
            assert_int_equal(byte_map_free(page_address(page), 1), 0);
        }
    }
    host_assert_valid();
    snapshot.map = byte_map;
    snapshot.metadata = test_malloc(snapshot.size);
    memcpy(snapshot.metadata, byte_map.frames, snapshot.size);
    memcpy(snapshot.state, plain.state, pages);
    for (size_t count = 0; count <= pages + 1; count++) {
        for (size_t limit = 0; limit <= pages + 1; limit++) {
            try_alloc(&snapshot, count, 1, limit);
        }
        if (is_power_of_two(count)) {
            try_alloc(&snapshot, count, count, pages + 1);
        }
        for (size_t page = 0; page <= pages; page++) {
            try_free(&snapshot, page, count);
        }
    }
    host_assert_valid();
    test_free(snapshot.metadata);
    restore(full);
}

static void agrees_on_all_maps_of_12_pages(void **state)
{
    (void)state;
    for (size_t pages = 1; pages <= 12; pages++) {
        begin(pages - 1); /* and the kernel's page is one of them */
        plain_alloc(&plain, pages - 1, 1, pages, BYTE_MAP_USED);
        byte_map_alloc(pages - 1, BYTE_MAP_PROGRAM);
        memset(plain.state, BYTE_MAP_USED, pages);
        memset(byte_map.state, BYTE_MAP_USED, pages);

        struct snapshot full = {.map = byte_map};
        full.size = byte_map_metadata_size(page_address(pages));
        full.metadata = malloc(full.size);
        assert_non_null(full.metadata);
        memcpy(full.metadata, byte_map.frames, full.size);
        memcpy(full.state, plain.state, pages);
        for (uint64_t bits = 0; bits < BIT(pages); bits++) {
            try_all(bits, &full);
        }
        free(full.metadata);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_all_maps_of_12_pages),
        cmocka_unit_test(agrees_on_small_maps),
        cmocka_unit_test(agrees_around_words_and_blocks),
        cmocka_unit_test(agrees_on_128_gib),
        cmocka_unit_test(agrees_on_1_tib),
        cmocka_unit_test(agrees_on_64_tib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
