/* What processes and threads have run, as clocks. */
#include "kernel/process/cpu_clock.h"

#include "kernel/abi/errno.h"
#include "kernel/process/process.h"

bool cpu_clock_is_number(int number)
{
    return number == CLOCK_PROCESS_CPUTIME_ID ||
           number == CLOCK_THREAD_CPUTIME_ID ||
           (number < 0 && (number & CLOCKFD_MASK) != CLOCKFD);
}

int cpu_clock_number(int number)
{
    switch (number) {
    case CLOCK_PROCESS_CPUTIME_ID:
        return CPUCLOCK_NUMBER(0, CPUCLOCK_SCHED);
    case CLOCK_THREAD_CPUTIME_ID:
        return CPUCLOCK_NUMBER(0, CPUCLOCK_SCHED | CPUCLOCK_PERTHREAD);
    default:
        return number;
    }
}

/* PID's, or the running thread's own for 0, as Linux's pid_for_clock. */
static struct thread *find_thread(int pid)
{
    struct thread *thread = pid == 0 ? thread_current() : thread_find(pid);

    return thread != NULL && thread->process == process_current() ? thread
                                                                  : NULL;
}

static struct process *find_process(int pid, enum cpu_clock_use use)
{
    const struct thread *caller = thread_current();
    bool is_own = pid == 0 || (use == CPU_CLOCK_READ && pid == caller->tid);

    return is_own ? caller->process : process_find(pid);
}

int cpu_clock_find(int number, enum cpu_clock_use use, struct cpu_clock *clock)
{
    const int bits = cpu_clock_number(number);
    const int pid = ~(bits >> CPUCLOCK_SHIFT);

    *clock = (struct cpu_clock){.which = bits & CPUCLOCK_WHICH};
    if (clock->which >= CPUCLOCK_KINDS) {
        return -EINVAL;
    }
    if ((bits & CPUCLOCK_PERTHREAD) != 0) {
        clock->thread = find_thread(pid);
        clock->process = clock->thread != NULL ? process_current() : NULL;
    } else {
        clock->process = find_process(pid, use);
    }
    return clock->process != NULL ? 0 : -EINVAL;
}

struct thread_run process_ran(const struct process *process)
{
    struct thread_run all = process->used.ran;

    list_for_each(node, &process->threads)
    {
        const struct thread_run ran =
            thread_ran(list_entry(node, struct thread, siblings));
        usage_add_run(&all, &ran);
    }
    return all;
}

static uint64_t thread_time(const struct thread *thread, int which)
{
    switch (which) {
    case CPUCLOCK_SCHED:
        return thread_ran(thread).time;
    case CPUCLOCK_VIRT:
        return thread->user_time;
    default:
        return thread->user_time + thread->system_time;
    }
}

static uint64_t process_time(const struct process *process, int which)
{
    switch (which) {
    case CPUCLOCK_SCHED:
        return process_ran(process).time;
    case CPUCLOCK_VIRT:
        return process->used.user;
    default:
        return process->used.user + process->used.system;
    }
}

uint64_t cpu_clock_time(const struct cpu_clock *clock)
{
    ASSERT(clock->process != NULL);
    return clock->thread != NULL ? thread_time(clock->thread, clock->which)
                                 : process_time(clock->process, clock->which);
}

struct timer_heap *cpu_clock_heap(const struct cpu_clock *clock)
{
    ASSERT(clock->process != NULL);
    return clock->thread != NULL ? &clock->thread->cpu_timers[clock->which]
                                 : &clock->process->cpu_timers[clock->which];
}

void cpu_clock_tick(struct thread *thread)
{
    struct process *process = thread->process;

    for (int which = 0; which < CPUCLOCK_KINDS; which++) {
        if (thread->cpu_timers[which].first != NULL) {
            timer_expire_in(&thread->cpu_timers[which],
                            thread_time(thread, which));
        }
        if (process->cpu_timers[which].first != NULL) {
            timer_expire_in(&process->cpu_timers[which],
                            process_time(process, which));
        }
    }
}

/* Somebody who waits for a clock. */
struct sleeper {
    struct timer timer;
    struct thread *thread;
    bool is_over;
};

static void wake(struct timer *timer)
{
    struct sleeper *sleeper = list_entry(timer, struct sleeper, timer);

    sleeper->is_over = true;
    thread_wake(sleeper->thread);
}

int cpu_clock_wait(const struct cpu_clock *clock, uint64_t end)
{
    struct wait_queue nobody_wakes;
    struct sleeper sleeper = {
        .timer = {.deadline = end, .fire = wake},
        .thread = thread_current(),
        .is_over = cpu_clock_time(clock) >= end,
    };
    int error = 0;

    wait_queue_init(&nobody_wakes);
    if (!sleeper.is_over) {
        timer_insert_in(cpu_clock_heap(clock), &sleeper.timer);
    }
    while (!sleeper.is_over && error == 0) {
        error = thread_wait(&nobody_wakes);
    }
    timer_remove(&sleeper.timer);
    return sleeper.is_over ? 0 : error;
}

static const char *check(const struct timer_heap heaps[CPUCLOCK_KINDS])
{
    const char *rule = NULL;

    for (int which = 0; which < CPUCLOCK_KINDS && rule == NULL; which++) {
        rule = timer_validate_heap(&heaps[which]);
    }
    return rule;
}

const char *cpu_clock_validate(const struct process *process)
{
    const char *rule = check(process->cpu_timers);

    list_for_each(node, &process->threads)
    {
        const struct thread *thread = list_entry(node, struct thread, siblings);
        rule = rule != NULL ? rule : check(thread->cpu_timers);
    }
    return rule;
}
