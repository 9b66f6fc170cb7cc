/* mm/area_gap.c: the same addresses as Linux 6.1's unmapped_area and
 * unmapped_area_topdown, in examples and against a model that tries all gaps in
 * turn, with layouts from single pages to terabytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "test/host/area_host.h"
#include "test/host/random.h"

#define AREAS_MAX 40
#define LAYOUTS   20000
#define QUERIES   40
#define GUARD     (AREA_GUARD_PAGES * PAGE_SIZE)
#define USER_TOP  (128 * TIB)
#define STACK     (AREA_READ | AREA_WRITE | AREA_GROWSDOWN)

static void map(uaddr_t start, uaddr_t end, uint32_t flags)
{
    struct vma piece = {.start = start, .end = end, .flags = flags};

    assert_int_equal(area_reserve(&area_host_tree), 0);
    area_insert(&area_host_tree, &piece, AREA_JOIN_NONE);
    assert_null(area_validate(&area_host_tree));
}

static struct area_gap wish(uint64_t length, uaddr_t low, uaddr_t high)
{
    return (struct area_gap){
        .length = length,
        .low = low,
        .high = high,
        .alignment = PAGE_SIZE,
    };
}

static void expect(struct area_gap gap, uaddr_t topmost, uaddr_t lowest)
{
    assert_int_equal(area_gap_topmost(&area_host_tree, &gap), topmost);
    assert_null(area_validate(&area_host_tree));
    assert_int_equal(area_gap_lowest(&area_host_tree, &gap), lowest);
    assert_null(area_validate(&area_host_tree));
}

static void nothing_mapped(void **state)
{
    (void)state;
    expect(wish(0x3000, 0x10000, 0x20000), 0x1d000, 0x10000);
    expect(wish(0x10000, 0x10000, 0x20000), 0x10000, 0x10000);
    expect(wish(0x11000, 0x10000, 0x20000), AREA_NO_GAP, AREA_NO_GAP);
    expect(wish(0x1000, 0x20000, 0x10000), AREA_NO_GAP, AREA_NO_GAP);
    expect(wish(0 - PAGE_SIZE, 0x10000, 0x20000), AREA_NO_GAP, AREA_NO_GAP);
}

/*    0x1.... | 10 - 12 | 13 - 15 | 18 - 1a | */
static void between_areas(void **state)
{
    (void)state;
    map(0x10000, 0x12000, AREA_READ);
    map(0x13000, 0x15000, AREA_READ);
    map(0x18000, 0x1a000, AREA_READ);
    expect(wish(0x1000, 0x10000, 0x1a000), 0x17000, 0x12000);
    expect(wish(0x2000, 0x10000, 0x1a000), 0x16000, 0x15000);
    expect(wish(0x3000, 0x10000, 0x1a000), 0x15000, 0x15000);
    expect(wish(0x4000, 0x10000, 0x1a000), AREA_NO_GAP, AREA_NO_GAP);
    expect(wish(0x4000, 0x8000, 0x1a000), 0xc000, 0x8000);
    expect(wish(0x4000, 0x10000, 0x20000), 0x1c000, 0x1a000);
    /* Ends of the range in gaps and in areas. */
    expect(wish(0x1000, 0x16000, 0x17000), 0x16000, 0x16000);
    expect(wish(0x2000, 0x16000, 0x17000), AREA_NO_GAP, AREA_NO_GAP);
    expect(wish(0x1000, 0x11000, 0x14000), 0x12000, 0x12000);
    expect(wish(0x1000, 0x13000, 0x15000), AREA_NO_GAP, AREA_NO_GAP);
}

static void alignment_needs_room_to_spare(void **state)
{
    (void)state;
    struct area_gap gap = wish(2 * MIB, 16 * MIB, 64 * MIB);

    gap.alignment = 2 * MIB;
    expect(gap, 62 * MIB, 16 * MIB);
    gap.offset = 0x5000;
    expect(gap, 60 * MIB + 0x5000, 16 * MIB + 0x5000);
    gap.offset = 0;
    gap.high = 18 * MIB;
    expect(gap, AREA_NO_GAP, AREA_NO_GAP);
    gap.high = 20 * MIB - PAGE_SIZE;
    expect(gap, 16 * MIB, 16 * MIB);
    gap.low = 15 * MIB + PAGE_SIZE;
    gap.high = 19 * MIB;
    expect(gap, 16 * MIB, 16 * MIB);
}

static void keeps_off_a_guard_gap(void **state)
{
    (void)state;
    map(32 * MIB, 33 * MIB, STACK);
    expect(wish(MIB, 16 * MIB, 33 * MIB), 31 * MIB - GUARD, 16 * MIB);
    expect(wish(MIB, 31 * MIB - GUARD, 33 * MIB), 31 * MIB - GUARD,
           31 * MIB - GUARD);
    expect(wish(MIB, 32 * MIB - GUARD, 33 * MIB), AREA_NO_GAP, AREA_NO_GAP);
    /* The guard reaches below the range that is looked at. */
    expect(wish(0x1000, 16 * MIB, 32 * MIB - 0x1000), 32 * MIB - GUARD - 0x1000,
           16 * MIB);
    /* Nothing keeps off the upper end. */
    expect(wish(MIB, 32 * MIB, 40 * MIB), 39 * MIB, 33 * MIB);
}

static void a_guard_gap_ends_at_0(void **state)
{
    (void)state;
    map(GUARD / 2, GUARD, STACK);
    expect(wish(0x1000, 0, GUARD), AREA_NO_GAP, AREA_NO_GAP);
    expect(wish(0x1000, 0, 2 * GUARD), 2 * GUARD - 0x1000, GUARD);
}

/* From the top, a gap in the guard's reach that is long enough hides those
 * below it in the same reach; a gap that is too short does not.
 *
 *    ...AA....B..SSSS   the guard of S reaches down to A
 */
static void a_guard_gap_hides_other_gaps(void **state)
{
    (void)state;
    uaddr_t stack = 32 * MIB;

    map(stack, stack + MIB, STACK);
    map(stack - 0x3000, stack - 0x2000, AREA_READ);
    map(stack - GUARD, stack - 0x7000, AREA_READ);
    expect(wish(0x2000, stack - GUARD, stack), AREA_NO_GAP, stack - 0x7000);
    expect(wish(0x3000, stack - GUARD, stack), stack - 0x6000, stack - 0x7000);
}

/* The model: areas in order, all gaps tried in turn. */
static struct vma layout[AREAS_MAX];
static size_t count;

/* The gap below area I, or above all of them, clipped to [low, high). */
static bool gap_of(size_t i, const struct area_gap *in, uint64_t length,
                   uaddr_t *start, uaddr_t *end)
{
    uaddr_t below = i == 0 ? 0 : layout[i - 1].end;
    uaddr_t above = i == count ? UINT64_MAX : layout[i].start;

    *start = MAX(below, in->low);
    *end = MIN(above, in->high);
    return *start < *end && *end - *start >= length;
}

static uaddr_t linux_start_gap(const struct vma *area)
{
    uaddr_t start = area->start;

    if ((area->flags & AREA_GROWSDOWN) != 0) {
        start -= GUARD;
        if (start > area->start) {
            start = 0;
        }
    }
    return start;
}

static bool grows_down(size_t i)
{
    return i < count && (layout[i].flags & AREA_GROWSDOWN) != 0;
}

static uaddr_t model_topmost(struct area_gap in)
{
    uint64_t mask = in.alignment - PAGE_SIZE;
    uaddr_t start;
    uaddr_t end;
    size_t i = count + 1;

    while (i > 0) {
        if (!gap_of(i - 1, &in, in.length + mask, &start, &end)) {
            i--;
            continue;
        }
        if (grows_down(i - 1) && linux_start_gap(&layout[i - 1]) <= end - 1) {
            in.high = linux_start_gap(&layout[i - 1]);
            i = count + 1;
            continue;
        }
        uaddr_t address = end - in.length;
        return address - ((address - in.offset) & mask);
    }
    return AREA_NO_GAP;
}

static uaddr_t model_lowest(struct area_gap in)
{
    uint64_t mask = in.alignment - PAGE_SIZE;
    uint64_t length = in.length + mask;
    uaddr_t start;
    uaddr_t end;

    for (size_t i = 0; i <= count; i++) {
        if (!gap_of(i, &in, length, &start, &end)) {
            continue;
        }
        uaddr_t address = start + ((in.offset - start) & mask);
        if (!grows_down(i) ||
            linux_start_gap(&layout[i]) >= address + length - 1) {
            return address;
        }
    }
    return AREA_NO_GAP;
}

/* A length at one of the scales that matter, or near it. */
static uint64_t random_length(uint64_t *seed)
{
    static const uint64_t scales[] = {PAGE_SIZE, 8 * PAGE_SIZE, GUARD,  2 * MIB,
                                      16 * GIB,  TIB,           3 * TIB};
    uint64_t scale = scales[random_below(seed, ARRAY_COUNT(scales))];
    uint64_t more = random_below(seed, 4) * PAGE_SIZE;

    return random_below(seed, 2) == 0 ? scale + more : PAGE_SIZE + more;
}

static void make_layout(uint64_t *seed)
{
    uaddr_t at = PAGE_SIZE;
    size_t wanted = random_below(seed, AREAS_MAX + 1);

    for (count = 0; count < wanted; count++) {
        uint64_t gap = random_below(seed, 3) == 0 ? 0 : random_length(seed);
        bool is_stack = random_below(seed, 4) == 0;

        layout[count] = (struct vma){
            .start = at + gap,
            .end = at + gap + random_length(seed),
            .flags = is_stack ? STACK : AREA_READ,
        };
        at = layout[count].end;
        if (at > USER_TOP) {
            break;
        }
    }
}

/* In random order, so that the trees differ. */
static void map_layout(uint64_t *seed)
{
    size_t order[AREAS_MAX];

    for (size_t i = 0; i < count; i++) {
        size_t j = random_below(seed, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < count; i++) {
        const struct vma *area = &layout[order[i]];
        map(area->start, area->end, area->flags);
    }
}

static uaddr_t random_limit(uint64_t *seed)
{
    if (count == 0 || random_below(seed, 4) == 0) {
        return align_down(random_next(seed) % USER_TOP, PAGE_SIZE);
    }
    const struct vma *area = &layout[random_below(seed, count)];
    uaddr_t limit = random_below(seed, 2) == 0 ? area->start : area->end;
    uint64_t off = random_below(seed, 3) * PAGE_SIZE;

    return random_below(seed, 2) == 0 || off > limit ? limit + off
                                                     : limit - off;
}

static void places_as_the_model(void **state)
{
    (void)state;
    static const uint64_t alignments[] = {PAGE_SIZE, PAGE_SIZE, 4 * PAGE_SIZE,
                                          2 * MIB};

    for (uint64_t i = 0; i < LAYOUTS; i++) {
        uint64_t seed = i + 1;
        make_layout(&seed);
        map_layout(&seed);
        for (size_t j = 0; j < QUERIES; j++) {
            struct area_gap gap = wish(random_length(&seed), 0, USER_TOP);

            gap.low =
                random_below(&seed, 2) == 0 ? PAGE_SIZE : random_limit(&seed);
            if (random_below(&seed, 2) == 0) {
                gap.high = random_limit(&seed);
            }
            gap.alignment =
                alignments[random_below(&seed, ARRAY_COUNT(alignments))];
            gap.offset = align_down(random_next(&seed), PAGE_SIZE);
            if (area_gap_topmost(&area_host_tree, &gap) != model_topmost(gap) ||
                area_gap_lowest(&area_host_tree, &gap) != model_lowest(gap)) {
                fail_msg("seed %lu, query %zu", i + 1, j);
            }
        }
        area_clear(&area_host_tree);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, area_host_set_up, area_host_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_mapped),
        TEST(between_areas),
        TEST(alignment_needs_room_to_spare),
        TEST(keeps_off_a_guard_gap),
        TEST(a_guard_gap_ends_at_0),
        TEST(a_guard_gap_hides_other_gaps),
        TEST(places_as_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
