/* Memory with several users, against the plainest count: of the leaves that
 * show a frame. Leaves are those of four address spaces, each with a few large
 * pages, which share, cut, write and release them at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/share.h"
#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define SPACES 4
#define SLOTS  4
#define PAGES  24
#define STEPS  20000

uint32_t host_frame_info[HOST_FRAMES];

/* A leaf, or none: of 4 KiB, or of 2 MiB. */
struct leaf {
    paddr_t memory;
    bool is_there;
    bool is_shared; /* has PTE_SHARED */
};

/* What is behind 2 MiB of addresses. */
struct slot {
    struct leaf large;
    struct leaf small[FRAMES_PER_LARGE_PAGE];
};

static struct slot spaces[SPACES][SLOTS];
static uint64_t seed = 1;

static bool is_empty(const struct slot *slot)
{
    bool found = slot->large.is_there;

    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        found |= slot->small[i].is_there;
    }
    return !found;
}

static void add_users(const struct slot *slot, unsigned *users)
{
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        if (slot->large.is_there) {
            users[slot->large.memory / FRAME_SIZE + i]++;
        }
        if (slot->small[i].is_there) {
            users[slot->small[i].memory / FRAME_SIZE]++;
        }
    }
}

/* LEAF's memory has as many users as are counted, where it asks. */
static void check_leaf(const struct leaf *leaf, size_t frames,
                       const unsigned *users)
{
    for (size_t i = 0; leaf->is_there && i < frames; i++) {
        paddr_t frame = leaf->memory + i * FRAME_SIZE;
        paddr_t large = align_down(frame, LARGE_PAGE_SIZE);
        unsigned count = users[frame / FRAME_SIZE];
        paddr_t counted = large_is_cut(large) ? frame : large;

        assert_int_equal(leaf->is_shared ? *frame_info(counted) + 1 : 1, count);
    }
}

static void check(void)
{
    static unsigned users[HOST_FRAMES];
    size_t used = 0;

    memset(users, 0, sizeof(users));
    for (size_t i = 0; i < SPACES * SLOTS; i++) {
        add_users(&spaces[0][0] + i, users);
    }
    for (size_t i = 0; i < SPACES * SLOTS; i++) {
        const struct slot *slot = &spaces[0][0] + i;
        check_leaf(&slot->large, FRAMES_PER_LARGE_PAGE, users);
        for (size_t j = 0; j < FRAMES_PER_LARGE_PAGE; j++) {
            check_leaf(&slot->small[j], 1, users);
        }
    }
    for (size_t i = 0; i < HOST_FRAMES; i++) {
        used += users[i] != 0;
    }
    host_assert_valid();
    assert_int_equal(byte_map_free_count() * FRAMES_PER_LARGE_PAGE +
                         frame_free_count() + used,
                     (PAGES - 1) * FRAMES_PER_LARGE_PAGE);
}

static struct slot *any_slot(void)
{
    return &spaces[random_below(&seed, SPACES)][random_below(&seed, SLOTS)];
}

static void give_large(struct slot *slot)
{
    if (is_empty(slot)) {
        paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
        slot->large = (struct leaf){page, page != PADDR_NONE, false};
    }
}

static void share_leaf(struct leaf *leaf, struct leaf *copy, bool is_large)
{
    if (!leaf->is_there) {
        return;
    }
    if (is_large) {
        (leaf->is_shared ? large_share : large_share_first)(leaf->memory);
    } else {
        (leaf->is_shared ? frame_share : frame_share_first)(leaf->memory);
    }
    leaf->is_shared = true;
    *copy = *leaf;
}

static void share(struct slot *slot)
{
    struct slot *copy = any_slot();

    if (!is_empty(copy)) {
        return;
    }
    share_leaf(&slot->large, &copy->large, true);
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        share_leaf(&slot->small[i], &copy->small[i], false);
    }
}

static void cut(struct slot *slot)
{
    struct leaf large = slot->large;

    if (!large.is_there) {
        return;
    }
    if (large.is_shared) {
        large_split(large.memory);
    } else {
        assert_int_equal(byte_map_split(large.memory), 0);
    }
    slot->large.is_there = false;
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        slot->small[i] = large;
        slot->small[i].memory += i * FRAME_SIZE;
    }
}

static void write_small(struct leaf *leaf)
{
    if (!leaf->is_there || !leaf->is_shared) {
        return;
    }
    if (frame_is_shared(leaf->memory)) {
        paddr_t fresh = frame_alloc(BYTE_MAP_PROGRAM);
        if (fresh == PADDR_NONE) {
            return;
        }
        assert_false(frame_unshare(leaf->memory));
        leaf->memory = fresh;
    }
    leaf->is_shared = false;
}

static void write_somewhere(struct slot *slot)
{
    if (slot->large.is_there && slot->large.is_shared) {
        if (!large_is_shared(slot->large.memory)) {
            large_join(slot->large.memory);
            slot->large.is_shared = false;
            return;
        }
        cut(slot);
    }
    write_small(&slot->small[random_below(&seed, FRAMES_PER_LARGE_PAGE)]);
}

static void release_small(struct leaf *leaf)
{
    bool is_last =
        leaf->is_there && (!leaf->is_shared || frame_unshare(leaf->memory));

    if (is_last) {
        assert_int_equal(frame_free(leaf->memory), 0);
    }
    leaf->is_there = false;
}

static void release_one(struct slot *slot)
{
    release_small(&slot->small[random_below(&seed, FRAMES_PER_LARGE_PAGE)]);
}

static void release(struct slot *slot)
{
    struct leaf *large = &slot->large;

    if (large->is_there && large->is_shared) {
        large_release(large->memory);
    } else if (large->is_there) {
        assert_int_equal(byte_map_free(large->memory, 1), 0);
    }
    large->is_there = false;
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        release_small(&slot->small[i]);
    }
}

static void counts_are_those_of_the_leaves(void **state)
{
    static void (*const steps[])(struct slot *) = {
        give_large,      give_large,  share,       share, write_somewhere,
        write_somewhere, release_one, release_one, cut,   release,
    };

    (void)state;
    host_machine_of(PAGES, 1);
    memset(host_frame_info, 0x5a, sizeof(host_frame_info));
    for (size_t i = 0; i < STEPS; i++) {
        steps[random_below(&seed, sizeof(steps) / sizeof(*steps))](any_slot());
        if (i % 16 == 0) {
            check();
        }
    }
    for (size_t i = 0; i < SPACES * SLOTS; i++) {
        release(&spaces[0][0] + i);
    }
    check();
    host_machine_end();
}

/* Two cut the same large page: the second finds it cut. When one has gone, the
 * other's large leaf makes it whole again. */
static void a_page_is_cut_once_and_joined(void **state)
{
    (void)state;
    host_machine_of(PAGES, 1);
    paddr_t page = byte_map_alloc(1, BYTE_MAP_PROGRAM);
    large_share_first(page);
    large_share(page);
    large_split(page);
    large_split(page);
    assert_true(large_is_cut(page));
    assert_int_equal(*frame_info(page + 511 * FRAME_SIZE), 2);
    for (size_t i = 0; i < FRAMES_PER_LARGE_PAGE; i++) {
        assert_false(frame_unshare(page + i * FRAME_SIZE));
    }
    assert_true(large_is_shared(page));
    large_release(page);
    assert_false(large_is_shared(page));
    large_join(page);
    assert_false(large_is_cut(page));
    host_assert_valid();
    assert_int_equal(byte_map_free(page, 1), 0);
    host_machine_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_leaves),
        cmocka_unit_test(a_page_is_cut_once_and_joined),
    };
    return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
