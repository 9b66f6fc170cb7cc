/* mm/area*.c at the limits: as many areas as Linux allows, and no memory for
 * nodes, at each point where it can run out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "mm/vma_pool.h"
#include "test/host/area_host.h"
#include "test/host/random.h"

#define NODES_PER_FRAME   (FRAME_SIZE / sizeof(struct vma))
#define RANDOM_CALLS      100000

/* The ranks of that many nodes are no higher: 1.44 log2(n + 2) when all were
 * inserted, 2 log2(n) after removals. */
#define RANK_MAX_INSERTED 23
#define RANK_MAX          32

static void map(size_t page, size_t pages)
{
    struct vma piece = area_host_piece(page, pages, 'w');

    assert_int_equal(area_reserve(&area_host_tree), 0);
    area_insert(&area_host_tree, &piece, AREA_JOIN_MMAP);
}

static int unmap(size_t page, size_t pages)
{
    uaddr_t start = PAGE_AT(page);
    uaddr_t end = PAGE_AT(page + pages);
    int error = area_remove_check(&area_host_tree, start, end);

    assert_int_equal(area_reserve(&area_host_tree), 0);
    if (error == 0) {
        area_remove(&area_host_tree, start, end);
    }
    return error;
}

static int protect(size_t page, size_t pages, char letter)
{
    struct vma *area = area_find(&area_host_tree, PAGE_AT(page));
    struct vma *result;

    assert_int_equal(area_reserve(&area_host_tree), 0);
    return area_change(&area_host_tree, area, PAGE_AT(page),
                       PAGE_AT(page + pages), area_host_flags(letter), &result);
}

/* COUNT areas of three pages, with two free pages between. */
static void map_many(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        map(5 * i, 3);
    }
    assert_int_equal(area_host_tree.count, count);
    assert_null(area_validate(&area_host_tree));
}

static void refuses_to_split_past_the_most(void **state)
{
    (void)state;
    map_many(AREA_COUNT_MAX);
    assert_int_equal(unmap(1, 1), -ENOMEM);
    assert_int_equal(protect(0, 1, 'r'), -ENOMEM);
    assert_int_equal(protect(1, 1, 'r'), -ENOMEM);
    assert_int_equal(area_host_tree.count, AREA_COUNT_MAX);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(0))->end, PAGE_AT(3));
    /* What needs no more areas still works. */
    assert_int_equal(protect(0, 3, 'r'), 0);
    assert_int_equal(protect(0, 3, 'w'), 0);
    assert_int_equal(unmap(0, 1), 0);
    assert_int_equal(unmap(7, 9), 0);
    assert_int_equal(area_host_tree.count, AREA_COUNT_MAX - 1);
    assert_null(area_validate(&area_host_tree));
    /* One more: room for one split, and no memory is needed for the other. */
    assert_int_equal(protect(20, 1, 'r'), 0);
    assert_int_equal(area_host_tree.count, AREA_COUNT_MAX);
}

/* There is room for the first of two splits, and it stays. */
static void fails_at_the_second_split(void **state)
{
    (void)state;
    map_many(AREA_COUNT_MAX - 1);
    assert_int_equal(protect(1, 1, 'r'), -ENOMEM);
    assert_int_equal(area_host_tree.count, AREA_COUNT_MAX);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(0))->end, PAGE_AT(1));
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(1))->end, PAGE_AT(3));
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(1))->flags,
                     area_host_flags('w'));
    assert_null(area_validate(&area_host_tree));
}

/* mmap may go one past the most on Linux; whole areas still change. */
static void changes_wholes_past_the_most(void **state)
{
    (void)state;
    map_many(AREA_COUNT_MAX + 1);
    assert_int_equal(protect(5, 3, 'r'), 0);
    assert_int_equal(protect(5, 2, 'w'), -ENOMEM);
    assert_int_equal(unmap(6, 1), -ENOMEM);
}

/* A boundary that moves is no split. */
static void moves_boundaries_at_the_most(void **state)
{
    (void)state;
    map_many(AREA_COUNT_MAX - 1);
    assert_int_equal(protect(0, 1, 'r'), 0);
    assert_int_equal(area_host_tree.count, AREA_COUNT_MAX);
    assert_int_equal(protect(1, 1, 'r'), 0);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(0))->end, PAGE_AT(2));
    assert_int_equal(protect(1, 1, 'w'), 0);
    assert_int_equal(area_find(&area_host_tree, PAGE_AT(0))->end, PAGE_AT(1));
}

static void stays_balanced_with_many(void **state)
{
    (void)state;
    uint64_t seed = 1;

    map_many(AREA_COUNT_MAX);
    assert_true(area_host_tree.root->rank <= RANK_MAX_INSERTED);
    for (size_t i = 0; i < RANDOM_CALLS; i++) {
        size_t page = 5 * random_below(&seed, AREA_COUNT_MAX);
        assert_int_equal(unmap(page, 1 + random_below(&seed, 20)), 0);
        page = 5 * random_below(&seed, AREA_COUNT_MAX);
        if (area_find_overlap(&area_host_tree, PAGE_AT(page),
                              PAGE_AT(page + 3)) == NULL) {
            map(page, 1 + random_below(&seed, 3));
        }
        if (i % 1000 == 0) {
            assert_null(area_validate(&area_host_tree));
        }
    }
    assert_null(area_validate(&area_host_tree));
    assert_true(area_host_tree.root->rank <= RANK_MAX);
    assert_int_equal(unmap(0, 5 * AREA_COUNT_MAX), 0);
    assert_int_equal(area_host_tree.count, 0);
}

/* Takes all nodes out of the pool but FREE of them. */
static struct vma *drain(size_t free)
{
    struct vma *taken = NULL;
    struct vma *node;

    area_host_frames = 0;
    while ((node = vma_alloc()) != NULL) {
        node->next = taken;
        taken = node;
    }
    for (; free > 0; free--) {
        node = taken;
        taken = node->next;
        vma_free(node);
    }
    return taken;
}

static void give_back(struct vma *taken)
{
    while (taken != NULL) {
        struct vma *next = taken->next;
        vma_free(taken);
        taken = next;
    }
}

/* Without a reservation nothing has changed; with one, nothing fails. */
static void reserve_is_all_that_fails(void **state)
{
    (void)state;
    struct vma *result;

    map(0, 10);
    for (size_t free = 0; free <= 2; free++) {
        /* The tree's spare nodes go back to the pool before it is drained. */
        while (area_host_tree.spare != NULL) {
            struct vma *spare = area_host_tree.spare;
            area_host_tree.spare = spare->next;
            area_host_tree.spare_count--;
            vma_free(spare);
        }
        struct vma *taken = drain(free);
        int error = area_reserve(&area_host_tree);
        assert_int_equal(error, free < 2 ? -ENOMEM : 0);
        area_host_expect(&area_host_tree, "Wwwwwwwwww");
        if (error == 0) {
            assert_int_equal(area_change(&area_host_tree, area_host_tree.first,
                                         PAGE_AT(4), PAGE_AT(6), AREA_READ,
                                         &result),
                             0);
            area_host_expect(&area_host_tree, "WwwwRrWwww");
        }
        give_back(taken);
    }
}

static void one_reservation_for_remove_and_insert(void **state)
{
    (void)state;
    struct vma piece = area_host_piece(4, 2, 'r');

    map(0, 10);
    assert_int_equal(area_reserve(&area_host_tree), 0);
    struct vma *taken = drain(0);
    area_remove(&area_host_tree, PAGE_AT(4), PAGE_AT(6));
    area_insert(&area_host_tree, &piece, AREA_JOIN_MMAP);
    area_host_expect(&area_host_tree, "WwwwRrWwww");
    give_back(taken);
}

/* Two frames' nodes and one more need a third frame. One empty frame is kept, a
 * second goes back, and with the last node the last. */
static void pool_holds_the_frames_it_needs(void **state)
{
    (void)state;
    struct vma *taken = NULL;

    while (vma_pool_frames() < 3) {
        struct vma *node = vma_alloc();
        assert_non_null(node);
        memset(node, 0xff, sizeof(*node));
        node->next = taken;
        taken = node;
    }
    size_t per_frame = (vma_pool_used() - 1) / 2;
    assert_true(per_frame * sizeof(struct vma) > FRAME_SIZE * 9 / 10);
    for (size_t freed = 0; freed <= per_frame; freed++) {
        struct vma *node = taken;
        taken = node->next;
        assert_int_equal(vma_pool_frames(), 3);
        vma_free(node);
    }
    assert_int_equal(vma_pool_frames(), 2);
    give_back(taken);
    assert_int_equal(vma_pool_frames(), 0);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, area_host_set_up, area_host_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refuses_to_split_past_the_most),
        TEST(fails_at_the_second_split),
        TEST(changes_wholes_past_the_most),
        TEST(moves_boundaries_at_the_most),
        TEST(stays_balanced_with_many),
        TEST(reserve_is_all_that_fails),
        TEST(one_reservation_for_remove_and_insert),
        TEST(pool_holds_the_frames_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
