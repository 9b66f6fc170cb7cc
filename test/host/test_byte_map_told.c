/* Whoever is told of each change of the byte map knows it at any time: pages
 * and frames come and go at random, by all ways that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/host/byte_map_host.h"
#include "test/host/random.h"

#define PAGES      200
#define ROUNDS     200000
#define HAD        64 /* at most, of each kind */
#define COUNT_MAX  20ul
#define NOT_A_BYTE 0xa5

static uint8_t told[PAGES];
static uint64_t seed;

struct run {
    paddr_t start;
    size_t count; /* 0: not had */
};

static struct run pages[HAD];
static paddr_t frames[HAD * FRAMES_PER_LARGE_PAGE];
static size_t frames_had;

static void begin(void)
{
    host_machine_of(PAGES, 1);
    memset(told, NOT_A_BYTE, sizeof(told));
    host_told = told;
    byte_map_tell_changes();
    assert_int_equal(byte_map_limit_magazines(MAGAZINE_SIZE), 0);
    memset(pages, 0, sizeof(pages));
    frames_had = 0;
    seed = 1;
}

static void end(void)
{
    host_told = NULL;
    host_machine_end();
}

static enum byte_map_owner some_owner(void)
{
    static const uint8_t owners[] = {BYTE_MAP_PROGRAM, BYTE_MAP_KERNEL,
                                     BYTE_MAP_PAGE_TABLES};
    return owners[random_below(&seed, ARRAY_COUNT(owners))];
}

static void change_pages(void)
{
    struct run *run = &pages[random_below(&seed, HAD)];
    bool is_one = random_below(&seed, 2) == 0;

    if (run->count != 0) {
        assert_int_equal(byte_map_free(run->start, run->count), 0);
        run->count = 0;
        return;
    }
    run->count = is_one ? 1 : 1 + random_below(&seed, COUNT_MAX);
    run->start = byte_map_alloc(run->count, some_owner());
    if (run->start == PADDR_NONE) {
        run->count = 0;
    }
}

/* Mostly more and more, then fewer and fewer. */
static void change_frames(size_t round)
{
    bool is_rising = round / 4096 % 2 == 0;

    if (random_below(&seed, 8) < (is_rising ? 7 : 1)) {
        size_t room = ARRAY_COUNT(frames) - frames_had;
        frames_had += frame_alloc_batch(&frames[frames_had],
                                        MIN(room, COUNT_MAX), some_owner());
    }
    for (size_t i = 0; i < COUNT_MAX && frames_had > 0 && !is_rising; i++) {
        size_t which = random_below(&seed, frames_had);
        assert_int_equal(frame_free(frames[which]), 0);
        frames[which] = frames[--frames_had];
    }
}

/* Cuts a page, and joins it again. */
static void cut_a_page(void)
{
    struct run *run = &pages[random_below(&seed, HAD)];

    if (run->count != 0) {
        assert_int_equal(byte_map_split(run->start), 0);
        assert_memory_equal(told, byte_map.state, PAGES);
        byte_map_join(run->start);
    }
}

static void it_is_known_at_any_time(void **state)
{
    (void)state;
    begin();
    for (size_t round = 0; round < ROUNDS; round++) {
        switch (random_below(&seed, 8)) {
        case 0:
            cut_a_page();
            break;
        case 1:
            random_below(&seed, 16) == 0 ? byte_map_drain() : change_pages();
            break;
        case 2:
        case 3:
            change_pages();
            break;
        default:
            change_frames(round);
        }
        assert_memory_equal(told, byte_map.state, PAGES);
    }
    host_assert_valid();
    end();
}

static void a_part_is_told_as_it_is(void **state)
{
    (void)state;
    begin();
    memset(told, NOT_A_BYTE, sizeof(told));
    byte_map_tell(3, 3);
    byte_map_tell(1, PAGES - 1);
    assert_int_equal(told[0], NOT_A_BYTE);
    assert_int_equal(told[PAGES - 1], NOT_A_BYTE);
    assert_memory_equal(&told[1], &byte_map.state[1], PAGES - 2);
    end();
}

static void who_does_not_ask_is_not_told(void **state)
{
    (void)state;
    host_machine_of(PAGES, 1);
    memset(told, NOT_A_BYTE, sizeof(told));
    host_told = told;
    assert_int_not_equal(byte_map_alloc(1, BYTE_MAP_KERNEL), PADDR_NONE);
    for (size_t page = 0; page < PAGES; page++) {
        assert_int_equal(told[page], NOT_A_BYTE);
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_at_any_time),
        cmocka_unit_test(a_part_is_told_as_it_is),
        cmocka_unit_test(who_does_not_ask_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
