/* The heap of deadlines, against a list that is searched. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "kernel/lib/panic.h"
#include "kernel/thread/thread.h"
#include "kernel/thread/timer.h"
#include "test/host/random.h"

#define SEED   20261129u
#define STEPS  200000
#define TIMERS 300
#define SPAN   1000 /* of deadlines: many are equal */

static struct thread threads[TIMERS];
static struct timer timers[TIMERS];
static bool is_in[TIMERS];
static size_t woken;

/* A broken ASSERT. */
void panic(const char *format, ...)
{
    fail_msg("%s", format);
    abort();
}

void thread_wake(struct thread *thread)
{
    size_t i = (size_t)(thread - threads);

    assert_true(is_in[i]);
    is_in[i] = false;
    woken++;
}

static size_t count_due(uint64_t now)
{
    size_t count = 0;

    for (size_t i = 0; i < TIMERS; i++) {
        count += is_in[i] && timers[i].deadline <= now ? 1 : 0;
    }
    return count;
}

static void expire(uint64_t now)
{
    size_t due = count_due(now);

    woken = 0;
    timer_expire(now);
    assert_int_equal(woken, due);
    assert_int_equal(count_due(now), 0);
}

static void turn(uint64_t *random)
{
    size_t i = random_below(random, TIMERS);

    if (is_in[i]) {
        timer_remove(&timers[i]);
    } else {
        timers[i] = (struct timer){.deadline = random_below(random, SPAN),
                                   .thread = &threads[i]};
        timer_insert(&timers[i]);
    }
    is_in[i] = !is_in[i];
}

static void all_are_woken_when_it_is_time(void **state)
{
    (void)state;
    uint64_t random = SEED;

    for (size_t step = 0; step < STEPS; step++) {
        turn(&random);
        if (random_below(&random, 20) == 0) {
            expire(random_below(&random, SPAN));
        }
        if (random_below(&random, 50) == 0) {
            assert_null(timer_validate());
        }
    }
    expire(SPAN);
    assert_null(timer_validate());
}

/* In the order of deadlines, and against it: the ways that make trees deep. */
static void sorted_deadlines_are_no_trouble(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIMERS; i++) {
        uint64_t deadline = i % 2 == 0 ? i : 2 * TIMERS - i;
        timers[i] = (struct timer){.deadline = deadline, .thread = &threads[i]};
        timer_insert(&timers[i]);
        is_in[i] = true;
        assert_null(timer_validate());
    }
    for (uint64_t now = 0; now <= 2 * TIMERS; now++) {
        expire(now);
        assert_null(timer_validate());
    }
}

static void removing_twice_is_nothing(void **state)
{
    (void)state;
    timers[0] = (struct timer){.deadline = 1, .thread = &threads[0]};
    timer_insert(&timers[0]);
    timer_remove(&timers[0]);
    timer_remove(&timers[0]);
    expire(SPAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_woken_when_it_is_time),
        cmocka_unit_test(sorted_deadlines_are_no_trouble),
        cmocka_unit_test(removing_twice_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
