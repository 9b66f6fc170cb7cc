/* CPU clocks: they show what a process or a thread has run, can be waited for,
 * and drive timers.
 *
 * Each process and each thread has one of each kind. CPUCLOCK_SCHED is exact;
 * CPUCLOCK_VIRT, in ring 3, and CPUCLOCK_PROF, also in the kernel, are counted
 * by ticks. Whether a deadline has come is looked at when a tick finds the
 * process running. */
#pragma once

#include "kernel/abi/time.h"
#include "kernel/thread.h"

struct process;

struct cpu_clock {
    int which;               /* CPUCLOCK_PROF, VIRT or SCHED */
    struct process *process; /* NULL: it has ended */
    struct thread *thread;   /* NULL: the clock is the process's */
};

/* What the clock is found for: reading it is allowed a little more. */
enum cpu_clock_use {
    CPU_CLOCK_READ,
    CPU_CLOCK_USE,
};

/* Is NUMBER, as programs have it, that of a CPU clock at all? */
bool cpu_clock_is_number(int number);

/* NUMBER with process and kind in it, as /proc shows it: also of those that
 * have numbers of their own. */
int cpu_clock_number(int number);

/* The clock that NUMBER means to the running thread: any process's, threads of
 * its own alone. Returns 0, or -EINVAL. */
int cpu_clock_find(int number, enum cpu_clock_use use,
                   struct cpu_clock *clock) MUST_CHECK;

/* The nanoseconds that CLOCK, of one that has not ended, shows. */
uint64_t cpu_clock_time(const struct cpu_clock *clock);

/* The timers that go by CLOCK. */
struct timer_heap *cpu_clock_heap(const struct cpu_clock *clock);

/* All that PROCESS's threads, ended ones too, have had of the CPU. */
struct thread_run process_ran(const struct process *process);

/* A tick has found THREAD running: does what is due by its clocks and by its
 * process's. */
void cpu_clock_tick(struct thread *thread);

/* Waits until CLOCK shows END. Returns 0, or -ERESTARTSYS. As on Linux, nobody
 * is woken when it is the clock that ends. */
int cpu_clock_wait(const struct cpu_clock *clock, uint64_t end) MUST_CHECK;

/* NULL, or the rule that PROCESS's clocks break. */
const char *cpu_clock_validate(const struct process *process);
