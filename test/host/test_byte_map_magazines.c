/* Magazines: small machines have none, draining puts all back; and random calls
 * on several CPUs, where the answer may be any run, but never none where there
 * is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define PAGES_MAX 2048

static uint64_t seed;

/* Draining changes no count, and leaves no page held. */
static void draining_puts_all_back(void **state)
{
    paddr_t pages[40];

    (void)state;
    host_machine_of(PAGES_MAX, 1);
    for (size_t i = 0; i < ARRAY_COUNT(pages); i++) {
        this_cpu()->index = (uint32_t)(i % CPUS_MAX);
        pages[i] = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    }
    for (size_t i = 0; i < ARRAY_COUNT(pages); i++) {
        this_cpu()->index = (uint32_t)(i / 9);
        assert_int_equal(byte_map_free(pages[i], 1), 0);
    }
    this_cpu()->index = 0;
    host_assert_valid();
    assert_int_equal(byte_map_free_count(), PAGES_MAX - 1);
    assert_true(byte_map.magazines_hold);
    byte_map_drain();
    assert_false(byte_map.magazines_hold);
    assert_int_equal(byte_map_free_count(), PAGES_MAX - 1);
    assert_int_equal(byte_map_alloc(PAGES_MAX - 1, BYTE_MAP_PROGRAM),
                     page_address(1));
    host_assert_valid();
}

/* Small machines keep their few pages in the map. */
static void small_machines_have_no_magazines(void **state)
{
    (void)state;
    for (size_t pages = 2; pages < 32; pages++) {
        host_machine_of(pages, 1);
        assert_int_equal(byte_map.magazine_size, 0);
        paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
        assert_int_equal(page, page_address(pages - 1));
        assert_int_equal(byte_map_free(page, 1), 0);
        assert_int_equal(byte_map_state(pages - 1), BYTE_MAP_FREE);
    }
}

static bool is_free[PAGES_MAX];

static size_t longest_free(size_t pages)
{
    size_t run = 0;
    size_t longest = 0;
    for (size_t page = 0; page < pages; page++) {
        run = is_free[page] ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static size_t random_count(void)
{
    return random_below(&seed, 3) != 0 ? 1 : 1 + random_below(&seed, 20);
}

static void alloc_any(size_t pages)
{
    size_t count = random_count();
    paddr_t start = byte_map_alloc(count, BYTE_MAP_PROGRAM);
    if (start == PADDR_NONE) {
        assert_true(longest_free(pages) < count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t page = start / LARGE_PAGE_SIZE + i;
        assert_true(page < pages && is_free[page]);
        is_free[page] = false;
    }
}

static void free_any(size_t pages)
{
    size_t count = random_count();
    size_t page = random_below(&seed, pages);
    bool is_allocated = count <= pages - page;
    for (size_t i = 0; i < count && is_allocated; i++) {
        is_allocated = !is_free[page + i];
    }
    assert_int_equal(byte_map_free(page_address(page), count),
                     is_allocated ? 0 : -EINVAL);
    for (size_t i = 0; i < count && is_allocated; i++) {
        is_free[page + i] = true;
    }
}

static void magazines_hide_nothing(void **state)
{
    static const size_t sizes[] = {33, 64, 100, 700, PAGES_MAX};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        size_t pages = sizes[i];
        seed = i + 1;
        host_machine_of(pages, 1);
        assert_int_equal(byte_map_free(0, 1), 0); /* the kernel's */
        memset(is_free, true, sizeof(is_free));
        for (size_t round = 0; round < 100000; round++) {
            size_t weight = round / 1000 % 2 == 0 ? 10 : 7;
            this_cpu()->index = (uint32_t)random_below(&seed, 3);
            if (random_below(&seed, 16) < weight) {
                alloc_any(pages);
            } else {
                free_any(pages);
            }
            if (round % pages == 0) {
                host_assert_valid();
            }
        }
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
        cmocka_unit_test(draining_puts_all_back),
        cmocka_unit_test(small_machines_have_no_magazines),
        cmocka_unit_test(magazines_hide_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
