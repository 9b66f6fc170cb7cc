/* mm/area_merge.c and mm/area_change.c: when areas become one, by pictures.
 * What Linux 6.1 answers was read in its vma_merge and mmap_region. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "test/host/area_host.h"

/* Puts two pages between the areas of the 10 pages BEFORE. */
struct join_case {
    const char *before;
    const char *numbers;
    char anon; /* of the piece */
    enum area_join join;
    const char *after;
};

/* Each picture is PPPP**NNNN: P, the piece, N. */
static const struct join_case join_cases[] = {
    /* Untouched neighbours, all joins. */
    {"Wwww..Wwww", "0000000000", '0', AREA_JOIN_NONE, "WwwwWwWwww"},
    {"Wwww..Wwww", "0000000000", '0', AREA_JOIN_BRK, "WwwwwwWwww"},
    {"Wwww..Wwww", "0000000000", '0', AREA_JOIN_MMAP, "Wwwwwwwwww"},
    {"Wwww..Wwww", "0000000000", '0', AREA_JOIN_MOVE, "Wwwwwwwwww"},
    {".Www..Rrrr", "0000000000", '0', AREA_JOIN_MMAP, ".WwwwwRrrr"},
    {"Rrrr..Www.", "0000000000", '0', AREA_JOIN_MMAP, "RrrrWwwww."},
    {"Rrrr..Www.", "0000000000", '0', AREA_JOIN_MOVE, "RrrrWwwww."},
    {"Rrrr..Xxxx", "0000000000", '0', AREA_JOIN_MMAP, "RrrrWwXxxx"},
    {"Www....Www", "0000000000", '0', AREA_JOIN_MMAP, "Www.Ww.Www"},
    {"..........", "0000000000", '0', AREA_JOIN_MMAP, "....Ww...."},
    /* mmap: the area behind first, then the one before if it suits both. */
    {"Wwww..Wwww", "1000001000", '0', AREA_JOIN_MMAP, "Wwwwwwwwww"},
    {"Wwww..Wwww", "1000000000", '0', AREA_JOIN_MMAP, "Wwwwwwwwww"},
    {"Wwww..Wwww", "0000002000", '0', AREA_JOIN_MMAP, "WwwwWwwwww"},
    {"Wwww..Wwww", "1000002000", '0', AREA_JOIN_MMAP, "WwwwWwwwww"},
    {"Wwww..Rrrr", "1000002000", '0', AREA_JOIN_MMAP, "WwwwwwRrrr"},
    /* brk: touched or not, the area before. */
    {"Wwww..Wwww", "1000000000", '0', AREA_JOIN_BRK, "WwwwwwWwww"},
    /* A move: the area before first. */
    {"Wwww..Wwww", "1000002000", '0', AREA_JOIN_MOVE, "WwwwwwWwww"},
    {"Wwww..Wwww", "0000002000", '0', AREA_JOIN_MOVE, "Wwwwwwwwww"},
    {"Wwww..Wwww", "1000001000", '1', AREA_JOIN_MOVE, "Wwwwwwwwww"},
    {"Wwww..Wwww", "1000002000", '1', AREA_JOIN_MOVE, "WwwwwwWwww"},
    {"Wwww..Wwww", "1000002000", '2', AREA_JOIN_MOVE, "WwwwWwwwww"},
    {"Wwww..Wwww", "1000002000", '3', AREA_JOIN_MOVE, "WwwwWwWwww"},
    /* A touched piece does not join what has never been touched. */
    {"Wwww..Wwww", "0000000000", '1', AREA_JOIN_MOVE, "WwwwWwWwww"},
};

static void joins_as_linux_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(join_cases); i++) {
        const struct join_case *c = &join_cases[i];
        struct vma piece = area_host_piece(4, 2, 'w');

        area_host_draw(&area_host_tree, c->before, c->numbers);
        piece.anon = (uint64_t)(c->anon - '0');
        area_host_tree.last_anon = 3;
        area_host_insert(&piece, c->join);
        area_host_expect(&area_host_tree, c->after);
        area_clear(&area_host_tree);
    }
}

/* One of the two has the number; the whole has it afterwards. */
static void joined_area_keeps_the_number(void **state)
{
    (void)state;
    struct vma piece = area_host_piece(2, 2, 'w');

    area_host_draw(&area_host_tree, "Ww..Ww", "000050");
    assert_int_equal(area_host_insert(&piece, AREA_JOIN_MOVE)->anon, 5);
    area_host_remove(2, 2);
    assert_int_equal(area_host_insert(&piece, AREA_JOIN_MMAP)->anon, 5);
    area_host_expect(&area_host_tree, "Wwwwww");
}

/* Flags, file, offset and NO_MERGE: each alone keeps two areas apart. */
static void joins_only_what_matches(void **state)
{
    (void)state;
    struct file one = {0};
    struct file two = {0};
    const struct {
        struct file *file;
        uint32_t more_flags;
        uint64_t offset;
        const char *after;
    } cases[] = {
        {&one, 0, 14, "Wwwwww"},
        {&two, 0, 14, "WwwwWw"},
        {NULL, 0, 14, "WwwwWw"},
        {&one, 0, 13, "WwwwWw"},
        {&one, AREA_ACCOUNT, 14, "WwwwWw"},
        {&one, AREA_RANDOM, 14, "WwwwWw"},
        {&one, AREA_MAY_WRITE, 14, "WwwwWw"},
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct vma first = area_host_piece(0, 4, 'w');
        struct vma second = area_host_piece(4, 2, 'w');
        first.file = &one;
        first.page_offset = 10;
        second.file = cases[i].file;
        second.flags |= cases[i].more_flags;
        second.page_offset = cases[i].offset;
        area_host_insert(&first, AREA_JOIN_MMAP);
        area_host_insert(&second, AREA_JOIN_MMAP);
        area_host_expect(&area_host_tree, cases[i].after);
        area_clear(&area_host_tree);
        area_host_insert(&second, AREA_JOIN_MMAP);
        area_host_insert(&first, AREA_JOIN_MMAP);
        area_host_expect(&area_host_tree, cases[i].after);
        area_clear(&area_host_tree);
    }
    assert_int_equal(one.references + two.references, 0);
}

static void special_areas_stay_alone(void **state)
{
    (void)state;
    struct vma piece = area_host_piece(0, 2, 'r');

    piece.flags |= AREA_NO_MERGE;
    area_host_insert(&piece, AREA_JOIN_MMAP);
    piece = area_host_piece(2, 2, 'r');
    piece.flags |= AREA_NO_MERGE;
    struct vma *area = area_host_insert(&piece, AREA_JOIN_MMAP);
    area_host_expect(&area_host_tree, "RrRr");
    area_grow_up(&area_host_tree, area, PAGE_AT(5));
    area_host_expect(&area_host_tree, "RrRrr");
    area_host_change(2, 1, AREA_NO_MERGE);
    area_host_change(2, 1, AREA_NO_MERGE | AREA_READ);
    area_host_expect(&area_host_tree, "RrRRr");
}

struct change_case {
    const char *before;
    const char *numbers;
    size_t page;
    size_t pages;
    const char *after;
};

/* The flags of the pages become those of `w`. The number is the case's in
 * Linux's vma_merge. */
static const struct change_case change_cases[] = {
    /* No neighbour matches. */
    {"Rrrr", "0000", 0, 4, "Wwww"},
    {"Rrrr", "0000", 0, 2, "WwRr"},
    {"Rrrr", "0000", 2, 2, "RrWw"},
    {"Rrrr", "0000", 1, 2, "RWwR"},
    {"Wwww", "0000", 1, 2, "Wwww"},
    {"XxRrrrXx", "00000000", 2, 4, "XxWwwwXx"},
    /* 4: the next area grows down. 8: over the whole. */
    {"RrrrWw", "000000", 2, 2, "RrWwww"},
    {"RrrrWw", "000000", 0, 4, "Wwwwww"},
    /* 5: the previous area grows up. 7: over the whole. */
    {"WwRrrr", "000000", 2, 2, "WwwwRr"},
    {"WwRrrr", "000000", 2, 4, "Wwwwww"},
    /* 6: one area of three. */
    {"WwRrWw", "000000", 2, 2, "Wwwwww"},
    {"WwRrWw", "100000", 2, 2, "Wwwwww"},
    {"WwRrWw", "101010", 2, 2, "Wwwwww"},
    {"WwRrWw", "000010", 2, 2, "Wwwwww"},
    /* Numbers that differ: 7 before 8, or none. */
    {"WwRrWw", "100020", 2, 2, "WwwwWw"},
    {"WwRrWw", "101020", 2, 2, "WwwwWw"},
    {"WwRrWw", "102020", 2, 2, "WwWwww"},
    {"WwRrWw", "103020", 2, 2, "WwWwWw"},
    /* A touched part does not join an untouched neighbour. */
    {"WwRrWw", "001000", 2, 2, "WwWwWw"},
    {"WwRrrr", "001000", 2, 2, "WwWwRr"},
    /* Neighbours further off do not count. */
    {"Ww.Rr.Ww", "00000000", 3, 2, "Ww.Ww.Ww"},
    {"WwRrrrWw", "00000000", 3, 2, "WwRWwRWw"},
};

static void changes_as_mprotect_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(change_cases); i++) {
        const struct change_case *c = &change_cases[i];

        area_host_draw(&area_host_tree, c->before, c->numbers);
        area_host_change(c->page, c->pages, area_host_flags('w'));
        area_host_expect(&area_host_tree, c->after);
        area_clear(&area_host_tree);
    }
}

/* In place of the tree, what a child of its program has. */
static void fork_tree(void)
{
    struct area_tree child;

    area_init(&child);
    for (struct vma *a = area_host_tree.first; a != NULL; a = a->next) {
        assert_int_equal(area_reserve(&child), 0);
        area_inherit(&child, a);
    }
    area_clear(&area_host_tree);
    area_host_tree = child;
}

/* Two pages of memory behind what BEFORE is in a child, or in the middle of it
 * made writable. Linux's is_mergeable_anon_vma keeps new areas away from what
 * came by a fork, and anon_vma_fork gives each area a number of its own. */
static void joins_as_linux_does_after_a_fork(void **state)
{
    static const struct {
        const char *before;
        const char *numbers;
        const char *inserted;
        const char *changed;
    } cases[] = {
        {"WwRr..", "0000", "WwRrWw", "Wwww"},
        {"WwRr..", "1010", "WwRrWw", "WwWw"},
        {"WwRr..", "1000", "WwRrWw", "WwWw"},
        {"RrWw..", "0000", "RrWwww", "RrWw"},
        {"RrWw..", "0010", "RrWwWw", "RrWw"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct vma piece = area_host_piece(4, 2, 'w');
        area_host_draw(&area_host_tree, cases[i].before, cases[i].numbers);
        fork_tree();
        area_host_insert(&piece, AREA_JOIN_MMAP);
        area_host_expect(&area_host_tree, cases[i].inserted);
        area_host_remove(4, 2);
        area_host_change(2, 2, area_host_flags('w'));
        area_host_expect(&area_host_tree, cases[i].changed);
        area_clear(&area_host_tree);
    }
}

static void a_child_has_no_locks_and_what_it_wipes_is_untouched(void **state)
{
    struct vma piece = area_host_piece(0, 2, 'w');

    (void)state;
    piece.flags |= AREA_LOCKED | AREA_LOCK_ON_FAULT | AREA_WIPEONFORK;
    area_touch(&area_host_tree, area_host_insert(&piece, AREA_JOIN_MMAP));
    assert_int_equal(area_host_tree.totals.locked, 2);
    fork_tree();
    assert_int_equal(area_host_tree.totals.locked, 0);
    assert_int_equal(area_host_tree.totals.pages, 2);
    assert_int_equal(area_host_tree.first->anon, 0);
    assert_true((area_host_tree.first->flags & AREA_WIPEONFORK) != 0);
    area_host_expect(&area_host_tree, "Ww");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, area_host_set_up, area_host_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(joins_as_linux_does),
        TEST(joined_area_keeps_the_number),
        TEST(joins_only_what_matches),
        TEST(special_areas_stay_alone),
        TEST(changes_as_mprotect_does),
        TEST(joins_as_linux_does_after_a_fork),
        TEST(a_child_has_no_locks_and_what_it_wipes_is_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
