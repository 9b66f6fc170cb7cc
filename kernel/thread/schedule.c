/* Who runs next: first come, first served. */
#include "kernel/thread/schedule.h"

#include "drivers/clock.h"
#include "kernel/lib.h"
#include "kernel/thread/thread_priv.h"
#include "kernel/thread/timer.h"
#include "kernel/x86.h"
#include "mm/fault_injection.h"

/* Those who may run but the one that does. */
static struct list runnable = LIST_EMPTY(runnable);

static bool is_busy;         /* an idle CPU can't rely on interrupts */
static struct thread *ended; /* on its own stack until another one runs */
static uint64_t got_cpu;     /* when the thread that runs did */
static uint64_t switches;

static void enqueue(struct thread *thread)
{
    thread->state = THREAD_RUNNABLE;
    list_append(&runnable, &thread->turn);
}

/* Who waits while the CPU is idle still is the current one. */
unsigned schedule_running_count(void)
{
    unsigned count = thread_current()->state == THREAD_RUNNABLE ? 1 : 0;

    list_for_each(node, &runnable)
    {
        count++;
    }
    return count;
}

/* Out of the runnable of what it waits for. */
void thread_wake(struct thread *thread)
{
    if (thread->state == THREAD_WAITING && thread->saved_rsp != 0) {
        list_remove(&thread->turn);
        enqueue(thread);
    }
}

void thread_continue(struct thread *thread)
{
    if (thread->state == THREAD_STOPPED) {
        enqueue(thread);
    }
}

void schedule_busily(void)
{
    is_busy = true;
}

static void idle(void)
{
    if (is_busy) {
        __builtin_ia32_pause();
        timer_expire(clock_nanoseconds());
    } else {
        interrupts_wait();
    }
}

static void wait_for_runnable(void)
{
    while (list_is_empty(&runnable)) {
        thread_idle_poll();
        if (list_is_empty(&runnable)) {
            idle();
        }
    }
    got_cpu = clock_nanoseconds();
}

/* Waits for a thread that may run, on the stack and in the memory of the one
 * that has run last. */
static struct thread *take_next(void)
{
    if (list_is_empty(&runnable)) {
        wait_for_runnable();
    }
    struct list *node = runnable.next;
    list_remove(node);
    return list_entry(node, struct thread, turn);
}

void thread_load(struct thread *thread)
{
    this_cpu()->thread = thread;
    thread_enter_memory(thread);
    gdt_set_kernel_stack(thread->stack_end);
    if (!thread_cpu_load(&thread->cpu)) {
        thread_lost_registers(thread);
    }
}

/* The first that a thread does when it has got the CPU. */
void context_switched(void)
{
    if (ended != NULL && ended != thread_current()) {
        struct thread *thread = ended;
        ended = NULL;
        thread_bury(thread);
    }
}

static void switch_to(struct thread *next)
{
    struct thread *previous = thread_current();

    if (next == previous) {
        return;
    }
    thread_cpu_save(&previous->cpu);
    previous->fail_nth = fault_injection_left;
    thread_load(next);
    fault_injection_set(next->fail_nth);
    context_switch(&previous->saved_rsp, next->saved_rsp);
    context_switched();
}

/* The running thread gives the CPU away. */
static void stop_clock(struct thread *thread)
{
    uint64_t now = clock_nanoseconds();

    thread->ran.time += now - got_cpu;
    got_cpu = now;
    switches++;
}

struct thread_run thread_ran(const struct thread *thread)
{
    struct thread_run ran = thread->ran;

    if (thread == thread_current() && thread->state == THREAD_RUNNABLE) {
        ran.time += clock_nanoseconds() - got_cpu;
    }
    return ran;
}

uint64_t thread_switches(void)
{
    return switches;
}

void thread_block(enum thread_state state)
{
    struct thread *thread = thread_current();

    stop_clock(thread);
    thread->ran.voluntary++;
    thread->state = state;
    switch_to(take_next());
}

void thread_yield(void)
{
    struct thread *thread = thread_current();

    if (!list_is_empty(&runnable)) {
        stop_clock(thread);
        thread->ran.involuntary++;
        enqueue(thread);
        switch_to(take_next());
    }
}

void thread_end(void)
{
    ASSERT(ended == NULL);
    ended = thread_current();
    thread_block(THREAD_ENDED);
    panic("a thread ran that had ended");
}

void schedule_begin(void)
{
    uint64_t boot_rsp; /* of main's stack, which is not gone back to */
    struct thread *first = take_next();

    got_cpu = clock_nanoseconds();
    thread_load(first);
    context_switch(&boot_rsp, first->saved_rsp);
    panic("main was gone back to");
}
