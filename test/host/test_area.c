/* mm/area.c: what the operations do but for merging. What Linux 6.1 answers was
 * read in its mm/mmap.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "test/host/area_host.h"

struct remove_case {
    const char *before;
    size_t page;
    size_t pages;
    const char *after;
};

static const struct remove_case remove_cases[] = {
    {"Wwww", 0, 4, "...."},         {"Wwww", 0, 2, "..Ww"},
    {"Wwww", 2, 2, "Ww.."},         {"Wwww", 1, 2, "W..W"},
    {"WwwwRrXx", 2, 5, "Ww.....X"}, {"WwwwRrXx", 4, 2, "Wwww..Xx"},
    {"WwwwRrXx", 3, 2, "Www..RXx"}, {"Ww..Ww", 2, 2, "Ww..Ww"},
    {"Ww..Ww", 1, 4, "W....W"},     {"W.W.W.W.W", 1, 7, "W.......W"},
    {"......", 0, 6, "......"},
};

static void removes_parts_and_wholes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(remove_cases); i++) {
        const struct remove_case *c = &remove_cases[i];

        area_host_draw(&area_host_tree, c->before, "0000000000");
        area_host_remove(c->page, c->pages);
        area_host_expect(&area_host_tree, c->after);
        area_clear(&area_host_tree);
    }
}

static void parts_show_the_same_pages_of_the_file(void **state)
{
    (void)state;
    struct file file = {0};
    struct vma piece = area_host_piece(0, 8, 'r');

    piece.file = &file;
    piece.page_offset = 100;
    area_host_insert(&piece, AREA_JOIN_MMAP);
    assert_int_equal(file.references, 1);
    area_host_remove(3, 2);
    assert_int_equal(file.references, 2);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(0))->page_offset, 100);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(5))->page_offset, 105);
    area_host_remove(5, 1);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(5))->page_offset, 106);
    area_host_change(6, 2, AREA_READ | AREA_WRITE);
    assert_int_equal(file.references, 2);
    area_host_remove(0, 8);
    assert_int_equal(file.references, 0);
}

static void grows_up_into_the_next(void **state)
{
    (void)state;
    struct vma *area;

    area_host_draw(&area_host_tree, "Ww..Ww.Rr", "000000000");
    area = area_grow_up(&area_host_tree, area_find(&area_host_tree, PAGE_AT(0)),
                        PAGE_AT(3));
    area_host_expect(&area_host_tree, "Www.Ww.Rr");
    area = area_grow_up(&area_host_tree, area, PAGE_AT(4));
    area_host_expect(&area_host_tree, "Wwwwww.Rr");
    area_grow_up(&area_host_tree, area, PAGE_AT(7));
    area_host_expect(&area_host_tree, "WwwwwwwRr");
}

/* mremap merges the pages that it adds, and those are touched if the area is.
 */
static void grows_up_beside_an_untouched_one(void **state)
{
    (void)state;
    area_host_draw(&area_host_tree, "Ww..Ww", "100000");
    area_grow_up(&area_host_tree, area_host_tree.first, PAGE_AT(4));
    area_host_expect(&area_host_tree, "WwwwWw");
}

static void grows_down_without_merging(void **state)
{
    (void)state;
    area_host_draw(&area_host_tree, "Ww..Ww", "000000");
    area_grow_down(&area_host_tree, area_host_tree.last, PAGE_AT(3));
    area_host_expect(&area_host_tree, "Ww.Www");
    assert_int_equal(area_host_tree.last->page_offset,
                     PAGE_AT(3) >> PAGE_SHIFT);
    area_grow_down(&area_host_tree, area_host_tree.last, PAGE_AT(2));
    area_host_expect(&area_host_tree, "WwWwww");
}

/* The next area's number before the previous one's; rights may differ. */
static void touched_areas_share_numbers(void **state)
{
    (void)state;
    area_host_draw(&area_host_tree, "WwWwRr.Ww", "100000000");
    area_host_tree.last_anon = 6;
    struct vma *area = area_find(&area_host_tree, PAGE_AT(4));
    area_touch(&area_host_tree, area);
    assert_int_equal(area->anon, 7);
    area_touch(&area_host_tree, area);
    assert_int_equal(area->anon, 7);
    area_touch(&area_host_tree, area->prev);
    assert_int_equal(area->prev->anon, 7);
    area_touch(&area_host_tree, area->next);
    assert_int_equal(area->next->anon, 8);
    area_vacate(&area_host_tree, area->prev, PAGE_AT(2), PAGE_AT(4));
    area_vacate(&area_host_tree, area, PAGE_AT(4), PAGE_AT(6));
    area_touch(&area_host_tree, area->prev);
    assert_int_equal(area->prev->anon, 1);
}

static void a_part_becomes_an_area(void **state)
{
    (void)state;
    const struct {
        size_t start;
        size_t end;
        const char *after;
    } cases[] = {
        {0, 6, "Wwwwww"}, {0, 2, "WwWwww"}, {2, 6, "WwWwww"}, {2, 4, "WwWwWw"}};

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        area_host_draw(&area_host_tree, "Wwwwww", "100000");
        assert_int_equal(area_reserve(&area_host_tree), 0);
        struct vma *area =
            area_isolate(&area_host_tree, area_host_tree.first,
                         PAGE_AT(cases[i].start), PAGE_AT(cases[i].end));
        assert_int_equal(area->start, PAGE_AT(cases[i].start));
        assert_int_equal(area->anon, 1);
        area_host_expect(&area_host_tree, cases[i].after);
        area_clear(&area_host_tree);
    }
}

/* A whole area is as new; a part, or one with a file, keeps what it can. */
static void a_vacated_area_is_as_new(void **state)
{
    (void)state;
    struct file file = {0};
    struct vma piece = area_host_piece(0, 4, 'w');

    piece.page_offset = 7;
    piece.anon = 3;
    area_host_insert(&piece, AREA_JOIN_NONE);
    area_vacate(&area_host_tree, area_host_tree.first, PAGE_AT(0), PAGE_AT(3));
    assert_int_equal(area_host_tree.first->anon, 3);
    assert_int_equal(area_host_tree.first->page_offset, 7);
    area_vacate(&area_host_tree, area_host_tree.first, PAGE_AT(0), PAGE_AT(4));
    assert_int_equal(area_host_tree.first->anon, 0);
    assert_int_equal(area_host_tree.first->page_offset,
                     PAGE_AT(0) >> PAGE_SHIFT);
    area_clear(&area_host_tree);

    piece.file = &file;
    piece.flags |= AREA_LOCKED | AREA_LOCK_ON_FAULT;
    area_host_insert(&piece, AREA_JOIN_NONE);
    assert_int_equal(area_host_tree.totals.locked, 4);
    area_vacate(&area_host_tree, area_host_tree.first, PAGE_AT(0), PAGE_AT(4));
    assert_int_equal(area_host_tree.first->anon, 0);
    assert_int_equal(area_host_tree.first->page_offset, 7);
    assert_int_equal(area_host_tree.first->flags, area_host_flags('w'));
    assert_int_equal(area_host_tree.totals.locked, 0);
    assert_int_equal(area_host_tree.totals.pages, 4);
}

static void flags_other_than_rights_get_another_number(void **state)
{
    (void)state;
    area_host_draw(&area_host_tree, "WwWw", "1000");
    area_host_tree.last->flags |= AREA_RANDOM;
    area_touch(&area_host_tree, area_host_tree.last);
    assert_int_equal(area_host_tree.last->anon, 2);
}

static void counts_totals(void **state)
{
    (void)state;
    struct vma piece = area_host_piece(10, 4, 'w');

    area_host_draw(&area_host_tree, "WwwwRrXx", "00000000");
    assert_int_equal(area_host_tree.totals.pages, 8);
    assert_int_equal(area_host_tree.totals.data, 4);
    piece.flags |= AREA_GROWSDOWN | AREA_LOCKED;
    struct vma *stack = area_host_insert(&piece, AREA_JOIN_NONE);
    area_grow_down(&area_host_tree, stack, PAGE_AT(9));
    assert_int_equal(area_host_tree.totals.stack, 5);
    assert_int_equal(area_host_tree.totals.locked, 5);
    assert_int_equal(area_host_tree.totals.data, 4);
    area_host_change(0, 1, AREA_READ | AREA_WRITE | AREA_LOCKED);
    area_host_change(1, 1, AREA_READ);
    assert_int_equal(area_host_tree.totals.locked, 6);
    assert_int_equal(area_host_tree.totals.data, 3);
    area_host_remove(9, 2);
    assert_int_equal(area_host_tree.totals.stack, 3);
    assert_int_equal(area_host_tree.totals.pages, 11);
    assert_int_equal(area_host_tree.count, 6);
}

static void finds_the_first_that_ends_above(void **state)
{
    (void)state;
    area_host_draw(&area_host_tree, "Ww..Rr", "000000");
    assert_ptr_equal(area_find(&area_host_tree, 0), area_host_tree.first);
    assert_ptr_equal(area_find(&area_host_tree, PAGE_AT(2) - 1),
                     area_host_tree.first);
    assert_ptr_equal(area_find(&area_host_tree, PAGE_AT(2)),
                     area_host_tree.last);
    assert_ptr_equal(area_find(&area_host_tree, PAGE_AT(6) - 1),
                     area_host_tree.last);
    assert_null(area_find(&area_host_tree, PAGE_AT(6)));
    assert_null(area_find_overlap(&area_host_tree, PAGE_AT(2), PAGE_AT(4)));
    assert_ptr_equal(area_find_overlap(&area_host_tree, PAGE_AT(1), PAGE_AT(5)),
                     area_host_tree.first);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, area_host_set_up, area_host_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(removes_parts_and_wholes),
        TEST(parts_show_the_same_pages_of_the_file),
        TEST(grows_up_into_the_next),
        TEST(grows_up_beside_an_untouched_one),
        TEST(grows_down_without_merging),
        TEST(touched_areas_share_numbers),
        TEST(a_part_becomes_an_area),
        TEST(a_vacated_area_is_as_new),
        TEST(flags_other_than_rights_get_another_number),
        TEST(counts_totals),
        TEST(finds_the_first_that_ends_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
