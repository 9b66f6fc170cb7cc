/* kernel/process/badness.c: who ends when memory does, as Linux 6.1 chooses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/process/badness.h"
#include "test/host/random.h"

#define RAM        100000u /* pages */
#define CANDIDATES 50
#define ROUNDS     2000

static void memory_and_adjustment_count(void **state)
{
    (void)state;
    struct badness_facts facts = {.resident = 700, .tables = 30};

    assert_int_equal(badness_of(&facts, RAM), 730);
    facts.adjust = 10;
    assert_int_equal(badness_of(&facts, RAM), 730 + 1000);
    facts.adjust = -10;
    assert_int_equal(badness_of(&facts, RAM), 730 - 1000);
    facts.adjust = -999;
    assert_int_equal(badness_of(&facts, RAM), 730 - 99900);
    facts.adjust = BADNESS_ADJUST_MIN;
    assert_true(badness_of(&facts, RAM) == BADNESS_NEVER);
    facts.adjust = BADNESS_ADJUST_MAX;
    facts.is_exempt = true;
    assert_true(badness_of(&facts, RAM) == BADNESS_NEVER);
}

static void score_is_0_to_2000(void **state)
{
    (void)state;
    assert_int_equal(badness_score(BADNESS_NEVER, RAM), 0);
    assert_int_equal(badness_score(0, RAM), 666);
    assert_int_equal(badness_score(RAM, RAM), 1333);
    assert_int_equal(badness_score(2 * RAM, RAM), 2000);
    assert_int_equal(badness_score(-(int64_t)RAM, RAM), 0);
}

static void old_adjustment_is_rounded(void **state)
{
    (void)state;
    static const int rows[][2] = {
        {0, 0},  {1000, 15}, {999, 15}, {900, 15},   {300, 5},    {58, 0},
        {59, 1}, {-58, 0},   {-59, -1}, {-999, -16}, {-1000, -17}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(badness_old_adjust(rows[i][0]), rows[i][1]);
    }
    assert_int_equal(badness_adjust_of_old(15), 1000);
    assert_int_equal(badness_adjust_of_old(14), 823);
    assert_int_equal(badness_adjust_of_old(-17), -1000);
    assert_int_equal(badness_adjust_of_old(-1), -58);
}

static void nobody_is_chosen_of_none(void **state)
{
    (void)state;
    struct badness_choice choice = {.chosen = NULL};
    int somebody;

    badness_offer(&choice, &somebody, BADNESS_NEVER);
    assert_null(choice.chosen);
    badness_offer(&choice, &somebody, BADNESS_NEVER + 1);
    assert_ptr_equal(choice.chosen, &somebody);
}

static void the_last_of_the_worst_is_chosen(void **state)
{
    (void)state;
    uint64_t random = 1;
    int64_t badness[CANDIDATES];

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct badness_choice choice = {.chosen = NULL};
        int64_t *worst = NULL;
        for (size_t i = 0; i < CANDIDATES; i++) {
            bool is_exempt = random_below(&random, 4) == 0;
            badness[i] = is_exempt ? BADNESS_NEVER
                                   : (int64_t)random_below(&random, 20) - 10;
            badness_offer(&choice, &badness[i], badness[i]);
            if (!is_exempt && (worst == NULL || badness[i] >= *worst)) {
                worst = &badness[i];
            }
        }
        assert_ptr_equal(choice.chosen, worst);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_and_adjustment_count),
        cmocka_unit_test(score_is_0_to_2000),
        cmocka_unit_test(old_adjustment_is_rounded),
        cmocka_unit_test(nobody_is_chosen_of_none),
        cmocka_unit_test(the_last_of_the_worst_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
