/* mm/area.c: what the operations do but for merging. What Linux 6.1 answers was
 * read in its mm/mmap.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "mm/vma_pool.h"
#include "test/host/area_host.h"

static struct area_tree tree;

static int set_up(void **state)
{
    (void)state;
    area_init(&tree);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    area_clear(&tree);
    assert_int_equal(vma_pool_used(), 0);
    assert_int_equal(vma_pool_frames(), 0);
    return 0;
}

static struct vma *insert(const struct vma *piece, enum area_join join)
{
    assert_int_equal(area_reserve(&tree), 0);
    struct vma *area = area_insert(&tree, piece, join);
    assert_true(area->start <= piece->start && piece->end <= area->end);
    return area;
}

static void remove_pages(size_t page, size_t pages)
{
    uaddr_t start = PAGE_AT(page);
    uaddr_t end = PAGE_AT(page + pages);

    assert_int_equal(area_reserve(&tree), 0);
    assert_int_equal(area_remove_check(&tree, start, end), 0);
    area_remove(&tree, start, end);
}

static struct vma *change(size_t page, size_t pages, uint32_t flags)
{
    struct vma *area = area_find(&tree, PAGE_AT(page));
    struct vma *result;

    assert_int_equal(area_reserve(&tree), 0);
    assert_int_equal(area_change(&tree, area, PAGE_AT(page),
                                 PAGE_AT(page + pages), flags, &result),
                     0);
    assert_int_equal(result->flags, flags);
    assert_true(result->start <= PAGE_AT(page));
    assert_true(result->end >= PAGE_AT(page + pages));
    return result;
}

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

        area_host_draw(&tree, c->before, "0000000000");
        remove_pages(c->page, c->pages);
        area_host_expect(&tree, c->after);
        area_clear(&tree);
    }
}

static void parts_show_the_same_pages_of_the_file(void **state)
{
    (void)state;
    struct file file = {0};
    struct vma piece = area_host_piece(0, 8, 'r');

    piece.file = &file;
    piece.page_offset = 100;
    insert(&piece, AREA_JOIN_MMAP);
    assert_int_equal(file.references, 1);
    remove_pages(3, 2);
    assert_int_equal(file.references, 2);
    assert_int_equal(area_find(&tree, PAGE_AT(0))->page_offset, 100);
    assert_int_equal(area_find(&tree, PAGE_AT(5))->page_offset, 105);
    remove_pages(5, 1);
    assert_int_equal(area_find(&tree, PAGE_AT(5))->page_offset, 106);
    change(6, 2, AREA_READ | AREA_WRITE);
    assert_int_equal(file.references, 2);
    remove_pages(0, 8);
    assert_int_equal(file.references, 0);
}

static void grows_up_into_the_next(void **state)
{
    (void)state;
    struct vma *area;

    area_host_draw(&tree, "Ww..Ww.Rr", "000000000");
    area = area_grow_up(&tree, area_find(&tree, PAGE_AT(0)), PAGE_AT(3));
    area_host_expect(&tree, "Www.Ww.Rr");
    area = area_grow_up(&tree, area, PAGE_AT(4));
    area_host_expect(&tree, "Wwwwww.Rr");
    area_grow_up(&tree, area, PAGE_AT(7));
    area_host_expect(&tree, "WwwwwwwRr");
}

/* mremap merges the pages that it adds, and those are touched if the area is.
 */
static void grows_up_beside_an_untouched_one(void **state)
{
    (void)state;
    area_host_draw(&tree, "Ww..Ww", "100000");
    area_grow_up(&tree, tree.first, PAGE_AT(4));
    area_host_expect(&tree, "WwwwWw");
}

static void grows_down_without_merging(void **state)
{
    (void)state;
    area_host_draw(&tree, "Ww..Ww", "000000");
    area_grow_down(&tree, tree.last, PAGE_AT(3));
    area_host_expect(&tree, "Ww.Www");
    assert_int_equal(tree.last->page_offset, PAGE_AT(3) >> PAGE_SHIFT);
    area_grow_down(&tree, tree.last, PAGE_AT(2));
    area_host_expect(&tree, "WwWwww");
}

/* The next area's number before the previous one's; rights may differ. */
static void touched_areas_share_numbers(void **state)
{
    (void)state;
    area_host_draw(&tree, "WwWwRr.Ww", "100000000");
    tree.last_anon = 6;
    struct vma *area = area_find(&tree, PAGE_AT(4));
    area_touch(&tree, area);
    assert_int_equal(area->anon, 7);
    area_touch(&tree, area);
    assert_int_equal(area->anon, 7);
    area_touch(&tree, area->prev);
    assert_int_equal(area->prev->anon, 7);
    area_touch(&tree, area->next);
    assert_int_equal(area->next->anon, 8);
    area_vacate(&tree, area->prev, PAGE_AT(2), PAGE_AT(4));
    area_vacate(&tree, area, PAGE_AT(4), PAGE_AT(6));
    area_touch(&tree, area->prev);
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
        area_host_draw(&tree, "Wwwwww", "100000");
        assert_int_equal(area_reserve(&tree), 0);
        struct vma *area = area_isolate(
            &tree, tree.first, PAGE_AT(cases[i].start), PAGE_AT(cases[i].end));
        assert_int_equal(area->start, PAGE_AT(cases[i].start));
        assert_int_equal(area->anon, 1);
        area_host_expect(&tree, cases[i].after);
        area_clear(&tree);
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
    insert(&piece, AREA_JOIN_NONE);
    area_vacate(&tree, tree.first, PAGE_AT(0), PAGE_AT(3));
    assert_int_equal(tree.first->anon, 3);
    assert_int_equal(tree.first->page_offset, 7);
    area_vacate(&tree, tree.first, PAGE_AT(0), PAGE_AT(4));
    assert_int_equal(tree.first->anon, 0);
    assert_int_equal(tree.first->page_offset, PAGE_AT(0) >> PAGE_SHIFT);
    area_clear(&tree);

    piece.file = &file;
    piece.flags |= AREA_LOCKED | AREA_LOCK_ON_FAULT;
    insert(&piece, AREA_JOIN_NONE);
    assert_int_equal(tree.totals.locked, 4);
    area_vacate(&tree, tree.first, PAGE_AT(0), PAGE_AT(4));
    assert_int_equal(tree.first->anon, 0);
    assert_int_equal(tree.first->page_offset, 7);
    assert_int_equal(tree.first->flags, area_host_flags('w'));
    assert_int_equal(tree.totals.locked, 0);
    assert_int_equal(tree.totals.pages, 4);
}

static void flags_other_than_rights_get_another_number(void **state)
{
    (void)state;
    area_host_draw(&tree, "WwWw", "1000");
    tree.last->flags |= AREA_RANDOM;
    area_touch(&tree, tree.last);
    assert_int_equal(tree.last->anon, 2);
}

static void counts_totals(void **state)
{
    (void)state;
    struct vma piece = area_host_piece(10, 4, 'w');

    area_host_draw(&tree, "WwwwRrXx", "00000000");
    assert_int_equal(tree.totals.pages, 8);
    assert_int_equal(tree.totals.data, 4);
    piece.flags |= AREA_GROWSDOWN | AREA_LOCKED;
    struct vma *stack = insert(&piece, AREA_JOIN_NONE);
    area_grow_down(&tree, stack, PAGE_AT(9));
    assert_int_equal(tree.totals.stack, 5);
    assert_int_equal(tree.totals.locked, 5);
    assert_int_equal(tree.totals.data, 4);
    change(0, 1, AREA_READ | AREA_WRITE | AREA_LOCKED);
    change(1, 1, AREA_READ);
    assert_int_equal(tree.totals.locked, 6);
    assert_int_equal(tree.totals.data, 3);
    remove_pages(9, 2);
    assert_int_equal(tree.totals.stack, 3);
    assert_int_equal(tree.totals.pages, 11);
    assert_int_equal(tree.count, 6);
}

static void finds_the_first_that_ends_above(void **state)
{
    (void)state;
    area_host_draw(&tree, "Ww..Rr", "000000");
    assert_ptr_equal(area_find(&tree, 0), tree.first);
    assert_ptr_equal(area_find(&tree, PAGE_AT(2) - 1), tree.first);
    assert_ptr_equal(area_find(&tree, PAGE_AT(2)), tree.last);
    assert_ptr_equal(area_find(&tree, PAGE_AT(6) - 1), tree.last);
    assert_null(area_find(&tree, PAGE_AT(6)));
    assert_null(area_find_overlap(&tree, PAGE_AT(2), PAGE_AT(4)));
    assert_ptr_equal(area_find_overlap(&tree, PAGE_AT(1), PAGE_AT(5)),
                     tree.first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
