/* Pending signals and alternate stacks. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/signal/signal_stack.h"

#define SEED        20261121u
#define STEPS       200000
#define FIRST       SIGNAL_REALTIME
#define STACK_START 0x10000
#define STACK_SIZE  0x2000

static struct signal_queue queue;

static int setup(void **state)
{
    (void)state;
    memset(&queue, 0, sizeof(queue));
    return 0;
}

static int put(int signal, int code)
{
    const struct signal_info info = {.signal = signal, .code = code};
    return signal_queue_put(&queue, &info);
}

static int take_code(int signal)
{
    assert_true((queue.set & signal_bit(signal)) != 0);
    struct signal_info info = signal_queue_take(&queue, signal);
    assert_int_equal(info.signal, signal);
    return info.code;
}

static void standard_signals_are_kept_once(void **state)
{
    (void)state;
    assert_int_equal(put(SIGUSR1, 1), 0);
    assert_int_equal(put(SIGUSR1, 2), 0);
    assert_int_equal(take_code(SIGUSR1), 1);
    assert_true(queue.set == 0 && queue.count == 0);
}

static void real_time_signals_are_kept_in_order(void **state)
{
    (void)state;
    put(FIRST, 1);
    put(FIRST + 1, 2);
    put(FIRST, 3);
    assert_int_equal(take_code(FIRST), 1);
    assert_int_equal(take_code(FIRST), 3);
    assert_int_equal(queue.set, signal_bit(FIRST + 1));
}

static void a_full_queue_forgets_why_but_not_that(void **state)
{
    (void)state;
    for (int i = 0; i < SIGNAL_QUEUE_SIZE; i++) {
        assert_int_equal(put(FIRST, i + 1), 0);
    }
    assert_int_equal(put(SIGTERM, 99), -EAGAIN);
    assert_int_equal(take_code(SIGTERM), SI_USER);
    assert_int_equal(queue.set, signal_bit(FIRST));
}

static void faults_come_first_then_the_lowest(void **state)
{
    (void)state;
    put(SIGHUP, 0);
    put(SIGTERM, 0);
    put(SIGSEGV, 0);
    assert_int_equal(signal_queue_next(&queue, 0), SIGSEGV);
    assert_int_equal(signal_queue_next(&queue, signal_bit(SIGSEGV)), SIGHUP);
    assert_int_equal(signal_queue_next(&queue, ~0ull), 0);
}

static void dropped_signals_are_gone(void **state)
{
    (void)state;
    put(FIRST, 1);
    put(SIGHUP, 2);
    put(FIRST, 3);
    signal_queue_drop(&queue, FIRST);
    assert_int_equal(queue.set, signal_bit(SIGHUP));
    assert_int_equal(take_code(SIGHUP), 2);
    assert_int_equal(queue.count, 0);
}

/* The same as lists, one a signal. */
struct model {
    int codes[SIGNAL_MAX + 1][SIGNAL_QUEUE_SIZE];
    int counts[SIGNAL_MAX + 1];
    bool is_pending[SIGNAL_MAX + 1];
    int total;
};

static void model_put(struct model *model, int signal, int code)
{
    bool is_once = signal < SIGNAL_REALTIME && model->is_pending[signal];

    if (is_once) {
        return;
    }
    model->is_pending[signal] = true;
    if (model->total < SIGNAL_QUEUE_SIZE) {
        model->codes[signal][model->counts[signal]++] = code;
        model->total++;
    }
}

static int model_take(struct model *model, int signal)
{
    int code = SI_USER;

    if (model->counts[signal] > 0) {
        code = model->codes[signal][0];
        memmove(&model->codes[signal][0], &model->codes[signal][1],
                sizeof(model->codes[signal]) - sizeof(int));
        model->counts[signal]--;
        model->total--;
    }
    model->is_pending[signal] = model->counts[signal] > 0;
    return code;
}

static void behaves_as_a_list_for_each_signal(void **state)
{
    static struct model model;
    (void)state;

    print_message("seed %u\n", SEED);
    srand(SEED);
    for (int step = 1; step <= STEPS; step++) {
        int signal = rand() % 8 + SIGNAL_REALTIME - 4;
        if (rand() % 2 == 0) {
            put(signal, step);
            model_put(&model, signal, step);
        } else if (model.is_pending[signal]) {
            assert_int_equal(take_code(signal), model_take(&model, signal));
        }
        for (int i = 1; i <= SIGNAL_MAX; i++) {
            assert_int_equal((queue.set & signal_bit(i)) != 0,
                             model.is_pending[i]);
        }
        assert_int_equal(queue.count, model.total);
    }
}

static const struct signal_stack usual = {STACK_START, STACK_SIZE, 0};

static void a_stack_is_used_from_its_end_down(void **state)
{
    (void)state;
    assert_false(signal_stack_is_used(&usual, STACK_START));
    assert_true(signal_stack_is_used(&usual, STACK_START + 1));
    assert_true(signal_stack_is_used(&usual, STACK_START + STACK_SIZE));
    assert_false(signal_stack_is_used(&usual, STACK_START + STACK_SIZE + 1));
}

static void handlers_go_there_if_they_ask_and_it_is_free(void **state)
{
    const struct signal_action there = {.flags = SA_ONSTACK};
    const struct signal_action here = {.flags = SA_NODEFER};
    const struct signal_stack none = {.flags = SS_DISABLE};
    (void)state;

    assert_int_equal(signal_stack_choose(&usual, &there, 8),
                     STACK_START + STACK_SIZE);
    assert_int_equal(signal_stack_choose(&usual, &here, 8), 8);
    assert_int_equal(signal_stack_choose(&none, &there, 8), 8);
    assert_int_equal(
        signal_stack_choose(&usual, &there, STACK_START + STACK_SIZE / 2),
        STACK_START + STACK_SIZE / 2);
}

static void a_stack_that_disarms_is_never_in_use(void **state)
{
    struct signal_stack stack = {STACK_START, STACK_SIZE, SS_AUTODISARM};
    (void)state;

    assert_int_equal(signal_stack_flags(&stack, STACK_START + 8),
                     SS_AUTODISARM);
    assert_int_equal(signal_stack_set(&stack, &usual, STACK_START + 8), 0);
    assert_int_equal(signal_stack_flags(&stack, STACK_START + 8), SS_ONSTACK);
}

/* Linux checks use, then flags, then size. */
static void refusals_come_in_linuxs_order(void **state)
{
    struct signal_stack stack = usual;
    const struct signal_stack bad = {STACK_START, 1, 4};
    const struct signal_stack small = {STACK_START, MINSIGSTKSZ - 1, 0};
    const struct signal_stack least = {STACK_START, MINSIGSTKSZ, SS_ONSTACK};
    const struct signal_stack none = {1, 2, SS_DISABLE};
    (void)state;

    assert_int_equal(signal_stack_set(&stack, &bad, STACK_START + 8), -EPERM);
    assert_int_equal(signal_stack_set(&stack, &bad, 8), -EINVAL);
    assert_int_equal(signal_stack_set(&stack, &small, 8), -ENOMEM);
    assert_int_equal(stack.start, usual.start);
    assert_int_equal(stack.size, usual.size);
    assert_int_equal(signal_stack_set(&stack, &least, 8), 0);
    assert_int_equal(signal_stack_set(&stack, &none, 8), 0);
    assert_int_equal(stack.size, 0);
    assert_int_equal(signal_stack_flags(&stack, 1), SS_DISABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(standard_signals_are_kept_once, setup),
        cmocka_unit_test_setup(real_time_signals_are_kept_in_order, setup),
        cmocka_unit_test_setup(a_full_queue_forgets_why_but_not_that, setup),
        cmocka_unit_test_setup(faults_come_first_then_the_lowest, setup),
        cmocka_unit_test_setup(dropped_signals_are_gone, setup),
        cmocka_unit_test_setup(behaves_as_a_list_for_each_signal, setup),
        cmocka_unit_test(a_stack_is_used_from_its_end_down),
        cmocka_unit_test(handlers_go_there_if_they_ask_and_it_is_free),
        cmocka_unit_test(a_stack_that_disarms_is_never_in_use),
        cmocka_unit_test(refusals_come_in_linuxs_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
