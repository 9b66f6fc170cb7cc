/* kernel/thread/load_average.c: Linux's averages, step by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/thread/load_average.h"
#include "kernel/thread/schedule.h"

static unsigned running;
static uint64_t now;

unsigned schedule_running_count(void)
{
    return running;
}

static void check(uint64_t one, uint64_t five, uint64_t fifteen)
{
    assert_int_equal(load_averages[0], one);
    assert_int_equal(load_averages[1], five);
    assert_int_equal(load_averages[2], fifteen);
}

static void pass(uint64_t nanoseconds)
{
    now += nanoseconds;
    load_average_tick(now);
}

/* The figures are Linux's calc_load, done by hand. */
static void averages_go_to_what_there_is(void **state)
{
    (void)state;
    running = 1;
    pass(LOAD_INTERVAL - 1);
    check(0, 0, 0);
    pass(1);
    check(164, 34, 11);
    pass(LOAD_INTERVAL / 2);
    check(164, 34, 11);
    pass(LOAD_INTERVAL / 2);
    check(315, 68, 22);
    running = 0;
    pass(LOAD_INTERVAL);
    check(289, 66, 21);
}

/* Without ticks for long, it is as if they had come. */
static void time_without_ticks_counts(void **state)
{
    (void)state;
    running = 3;
    pass(1000 * 1000 * LOAD_INTERVAL);
    check(3 * LOAD_ONE, 3 * LOAD_ONE, 3 * LOAD_ONE);
    running = 0;
    pass(1000 * 1000 * LOAD_INTERVAL);
    check(0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages_go_to_what_there_is),
        cmocka_unit_test(time_without_ticks_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
