/* The byte map by example: what is refused and how that is said, owners and
 * tags, and what validate finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "mm/large_page.h"
#include "test/host/byte_map_host.h"

#define PAGES_MAX 2048

static void assert_said(const char *what, const char *state, const char *rule)
{
    assert_int_equal(host_logged(), 1);
    assert_non_null(strstr(host_log_line, what));
    assert_non_null(strstr(host_log_line, state));
    assert_non_null(strstr(host_log_line, rule));
}

static void assert_free_refused(paddr_t start, size_t count, const char *what,
                                const char *state, const char *rule)
{
    size_t before = byte_map_free_count();
    assert_int_equal(byte_map_free(start, count), -EINVAL);
    assert_said(what, state, rule);
    assert_int_equal(byte_map_free_count(), before);
    host_assert_valid();
}

/* 0 kernel, 1 to 3 free, 4 and 5 a hole, 6 and 7 reserved, 8 split, 9 free. */
static void lay_out_all_states(void)
{
    const struct memory_range ranges[] = {
        {0, page_address(4), MEMORY_RAM},
        {0, page_address(1), MEMORY_KERNEL},
        {page_address(6), page_address(8), MEMORY_RESERVED},
        {page_address(8) + FRAME_SIZE, page_address(10), MEMORY_RAM},
    };
    host_machine(ranges, ARRAY_COUNT(ranges));
    host_without_magazines();
    host_logged();
}

static void a_wrong_release_is_refused(void **state)
{
    const size_t wrap = (PADDR_NONE >> LARGE_PAGE_SHIFT) + 1;

    (void)state;
    lay_out_all_states();
    paddr_t pages = byte_map_alloc(2, BYTE_MAP_PROGRAM);
    assert_int_equal(pages, page_address(2));
    assert_free_refused(pages + 1, 1, "release of 1 large pages at 0x400001",
                        "used, 0x02", "not aligned");
    assert_free_refused(pages + FRAME_SIZE, 1, "0x401000", "used",
                        "not aligned");
    assert_free_refused(pages, 3, "page 0x800000", "hole, 0x00",
                        "not allocated");
    assert_free_refused(page_address(1), 2, "page 0x200000", "free, 0x01",
                        "not allocated");
    assert_free_refused(page_address(5), 1, "page 0xa00000", "hole, 0x00",
                        "not allocated");
    assert_free_refused(page_address(6), 1, "page 0xc00000", "reserved, 0x20",
                        "not allocated");
    assert_free_refused(page_address(8), 1, "page 0x1000000", "split, 0x44",
                        "not allocated");
    assert_free_refused(page_address(10), 1, "0x1400000", "hole", "past the");
    assert_free_refused(page_address(10), 0, "0x1400000", "hole", "past the");
    assert_free_refused(page_address(9), 2, "0x1200000", "free", "past the");
    assert_free_refused(pages, wrap - 2, "0x400000", "used", "past the");
    assert_free_refused(pages, SIZE_MAX, "0x400000", "used", "past the");
    assert_free_refused(PADDR_NONE, 1, "0xffffffffffffffff", "hole",
                        "not aligned");
    assert_int_equal(byte_map_free(pages, 0), 0);
    assert_int_equal(byte_map_free(pages + LARGE_PAGE_SIZE, 1), 0);
    assert_free_refused(pages, 2, "page 0x600000", "free", "not allocated");
    assert_int_equal(byte_map_free(pages, 1), 0);
    assert_free_refused(pages, 1, "page 0x400000", "free", "not allocated");
}

static void a_wrong_split_is_refused(void **state)
{
    (void)state;
    lay_out_all_states();
    assert_int_equal(byte_map_split(page_address(1)), -EINVAL);
    assert_said("split of 1 large pages at 0x200000", "free", "not allocated");
    assert_int_equal(byte_map_split(1), -EINVAL);
    assert_said("0x1", "used", "not aligned");
    assert_int_equal(byte_map_split(page_address(10)), -EINVAL);
    assert_said("0x1400000", "hole", "past the end");
    assert_int_equal(byte_map_split(page_address(0)), 0);
    assert_int_equal(byte_map_split(page_address(0)), -EINVAL);
    assert_said("0x0", "split full, 0x48", "not allocated");
}

/* A page that lies in a magazine is free: nobody can release it again. */
static void a_held_page_is_not_allocated(void **state)
{
    (void)state;
    host_machine_of(PAGES_MAX, 1);
    host_logged();
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    assert_int_equal(byte_map_free(page, 1), 0);
    assert_int_equal(byte_map_state(page / LARGE_PAGE_SIZE), BYTE_MAP_HELD);
    assert_free_refused(page, 1, "0xffe00000", "held, 0x10", "not allocated");
    assert_int_equal(byte_map_alloc(1, BYTE_MAP_KERNEL), page);
    assert_int_equal(byte_map_state(page / LARGE_PAGE_SIZE),
                     BYTE_MAP_USED | BYTE_MAP_KERNEL);
}

static void requests_that_cannot_be_are_refused(void **state)
{
    (void)state;
    lay_out_all_states();
    assert_int_equal(byte_map_alloc(0, BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(byte_map_alloc_aligned(0, BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(byte_map_alloc(SIZE_MAX, BYTE_MAP_PROGRAM), PADDR_NONE);
    assert_int_equal(byte_map_alloc_aligned(1ull << 63, BYTE_MAP_PROGRAM),
                     PADDR_NONE);
    assert_int_equal(byte_map_alloc_below(1, LARGE_PAGE_SIZE, 0), PADDR_NONE);
    assert_int_equal(byte_map_alloc_below(1, 0, 0), PADDR_NONE);
    assert_int_equal(byte_map_alloc_below(1, PADDR_NONE, 0), page_address(9));
    assert_int_equal(byte_map_alloc_below(1, 2 * LARGE_PAGE_SIZE, 0),
                     page_address(1));
    assert_int_equal(byte_map_alloc_aligned(2, BYTE_MAP_PROGRAM),
                     page_address(2));
    assert_int_equal(host_logged(), 0);
}

/* The largest run is exact, its bound never below, and both follow. */
static void the_largest_run_is_known(void **state)
{
    (void)state;
    host_machine_of(PAGES_MAX, 1);
    assert_int_equal(byte_map_largest_run(), PAGES_MAX - 1);
    assert_int_equal(byte_map_largest_run_bound(), PAGES_MAX - 1);
    paddr_t low = byte_map_alloc_below(8, page_address(1000), 0);
    assert_int_equal(low, page_address(992));
    assert_int_equal(byte_map_largest_run(), PAGES_MAX - 1000);
    assert_int_equal(byte_map_free(low + LARGE_PAGE_SIZE, 7), 0);
    assert_int_equal(byte_map_largest_run(), PAGES_MAX - 993);
    assert_true(byte_map_largest_run_bound() >= PAGES_MAX - 993);
}

/* An aligned request that failed is refused at once, until a release. */
static void an_aligned_request_is_tried_again_after_a_release(void **state)
{
    (void)state;
    host_machine_of(8, 1);
    assert_int_equal(byte_map_alloc(7, 0), page_address(1));
    assert_int_equal(byte_map_free(page_address(3), 3), 0);
    assert_int_equal(byte_map_alloc_aligned(4, 0), PADDR_NONE);
    assert_int_equal(byte_map_alloc_aligned(4, 0), PADDR_NONE);
    assert_int_equal(byte_map_free(page_address(6), 2), 0);
    assert_int_equal(byte_map_alloc_aligned(4, 0), page_address(4));
    host_assert_valid();
}

static void tags_say_whose_a_page_is(void **state)
{
    (void)state;
    lay_out_all_states();
    paddr_t pages = byte_map_alloc(3, BYTE_MAP_PROGRAM);
    assert_int_equal(byte_map_tag(1), 0);
    byte_map_set_tag(pages, 2, 1234);
    assert_int_equal(byte_map_tag(1), 1234);
    assert_int_equal(byte_map_tag(2), 1234);
    assert_int_equal(byte_map_tag(3), 0);
    assert_int_equal(byte_map_free(pages, 1), 0);
    assert_int_equal(byte_map_tag(1), 0);
    assert_int_equal(byte_map_tag(2), 1234);
    assert_int_equal(byte_map_tag(10), 0);
    assert_int_equal(byte_map_tag(SIZE_MAX), 0);
    assert_int_equal(byte_map_state(10), BYTE_MAP_HOLE);
    assert_int_equal(byte_map_state(SIZE_MAX), BYTE_MAP_HOLE);
}

static void assert_broken(const char *rule)
{
    const char *broken = byte_map_validate();
    assert_non_null(broken);
    assert_non_null(strstr(broken, rule));
}

/* Bytes, index and bounds, each made wrong and right again. */
static void validate_finds_what_is_broken(void **state)
{
    (void)state;
    host_machine_of(64, 1);
    host_assert_valid();

    byte_map.state[9] = BYTE_MAP_USED;
    assert_broken("in the index where its byte says free");
    byte_map.state[9] = BYTE_MAP_FREE;
    byte_map.free_count++;
    assert_broken("the free count");
    byte_map.free_count--;
    byte_map.free.first_word = 1;
    assert_broken("a bit of the index");
    byte_map.free.first_word = 0;
    byte_map.runs.bound = 62;
    assert_broken("a bound");
    byte_map.runs.bound = 64;
    byte_map.runs.block_bounds[0] = 62;
    assert_broken("a bound");
    byte_map.runs.block_bounds[0] = FREE_RUNS_BLOCK;
    byte_map.runs.group_bounds[0] = 62;
    assert_broken("a bound");
    byte_map.runs.group_bounds[0] = FREE_RUNS_BLOCK;
    byte_map.runs.hint_count = 1;
    byte_map.runs.hint_place = 1;
    assert_broken("a bound");
    byte_map.runs.hint_place = 0;
    byte_map.state[0] = BYTE_MAP_USED | BYTE_MAP_RESERVED;
    assert_broken("one state");
    byte_map.state[0] = BYTE_MAP_HELD;
    assert_broken("a held page is in one magazine");
    byte_map.state[0] = BYTE_MAP_USED;
    host_assert_valid();
}

static void validate_finds_broken_levels(void **state)
{
    (void)state;
    host_machine_of(PAGES_MAX, 1);
    byte_map.free.level[1][0] &= ~BIT(3);
    assert_broken("a bit of the index");
    byte_map.free.level[1][0] |= BIT(3);
    byte_map.split.level[1][0] |= BIT(3);
    assert_broken("a bit of the index");
    byte_map.split.level[1][0] &= ~BIT(3);
    host_assert_valid();
}

static void validate_finds_broken_magazines(void **state)
{
    (void)state;
    host_machine_of(PAGES_MAX, 1);
    byte_map_alloc(1, BYTE_MAP_PROGRAM);
    struct magazine *magazine = &byte_map.magazines[0];
    host_assert_valid();

    byte_map.magazines_hold = false;
    assert_broken("closed when nothing says");
    byte_map.magazines_hold = true;
    magazine->size = magazine->count - 1;
    assert_broken("as many pages as it may");
    magazine->size = byte_map.magazine_size;
    byte_map.state[magazine->pages[0]] = BYTE_MAP_USED;
    assert_broken("a page in a magazine is held");
    byte_map.state[magazine->pages[0]] = BYTE_MAP_HELD;
    host_assert_valid();
}

static void validate_finds_broken_frames(void **state)
{
    (void)state;
    host_machine_of(8, 1);
    paddr_t page = byte_map_alloc(1, BYTE_MAP_KERNEL);
    uint64_t *word = byte_map.frames[7].word;
    assert_int_equal(page, page_address(7));
    assert_int_equal(byte_map_split(page), 0);
    word[3] = 1;
    assert_broken("a full split page");
    word[3] = 0;
    assert_int_equal(frame_free(page), 0);
    word[0] = 0;
    assert_broken("1 to 511");
    memset(word, 0xff, sizeof(struct frame_bits));
    assert_broken("1 to 511");
    memset(word, 0x0f, sizeof(struct frame_bits));
    bit_tree_remove(&byte_map.split, place_of(7));
    assert_broken("in the index or some CPU's");
    bit_tree_insert(&byte_map.split, place_of(7));
    host_assert_valid();
}

/* A copy by one large page either way, as memmove does. */
static void a_copy_survives_overlap(void **state)
{
    const size_t words = LARGE_PAGE_SIZE / sizeof(uint64_t);
    uint64_t *memory = malloc(4 * LARGE_PAGE_SIZE);

    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < 4 * words; i++) {
        memory[i] = i;
    }
    large_page_copy(memory + words, memory, 3);
    for (size_t i = 0; i < 4 * words; i += 511) {
        assert_int_equal(memory[i], i < words ? i : i - words);
    }
    large_page_copy(memory, memory + words, 3);
    for (size_t i = 0; i < 3 * words; i += 511) {
        assert_int_equal(memory[i], i);
    }
    free(memory);
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
        cmocka_unit_test(a_wrong_release_is_refused),
        cmocka_unit_test(a_wrong_split_is_refused),
        cmocka_unit_test(a_held_page_is_not_allocated),
        cmocka_unit_test(requests_that_cannot_be_are_refused),
        cmocka_unit_test(the_largest_run_is_known),
        cmocka_unit_test(an_aligned_request_is_tried_again_after_a_release),
        cmocka_unit_test(tags_say_whose_a_page_is),
        cmocka_unit_test(validate_finds_what_is_broken),
        cmocka_unit_test(validate_finds_broken_levels),
        cmocka_unit_test(validate_finds_broken_magazines),
        cmocka_unit_test(validate_finds_broken_frames),
        cmocka_unit_test(a_copy_survives_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
