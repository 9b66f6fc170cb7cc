/* Timers of a process, which send it signals: setitimer's three, and those that
 * timer_create makes.
 *
 * Real time goes by the heap of deadlines (kernel/thread/timer.h), which is
 * looked at with each tick; a process' own time is counted by ticks. So a timer
 * fires once a tick at most, and what it missed is its overrun: the shortest
 * interval costs no more than any other. */
#pragma once

#include "kernel/process/usage.h"
#include "kernel/thread.h"

struct process;

/* One that goes by real time. */
struct process_timer {
    struct timer timer;
    struct process *process;
    struct list all; /* of timer_create, in the order of ids */
    int id;
    int clock;         /* CLOCK_* */
    int notify;        /* SIGEV_* */
    int signal;        /* or 0: none is sent */
    int tid;           /* SIGEV_THREAD_ID's, else 0 */
    uint64_t value;    /* for the handler */
    uint64_t interval; /* nanoseconds, or 0 */
    uint64_t missed;   /* since it was sent last */
    int overrun;       /* of what was taken last */
};

/* What process has run, with or without what the kernel did for it. */
enum cpu_timer {
    CPU_TIMER_VIRTUAL,
    CPU_TIMER_PROF,
    CPU_TIMERS,
};

struct process_timers {
    struct process_timer real; /* SIGALRM */
    struct {
        uint64_t left; /* nanoseconds; 0: it does not run */
        uint64_t interval;
    } cpu[CPU_TIMERS];
    struct list created; /* by timer_create */
    int next_id;
};

void process_timers_init(struct process *process);

/* PROCESS ends, or executes a program, which keeps setitimer's. */
void process_timers_end(struct process *process);
void process_timers_exec(struct process *process);

/* Makes TIMER fire at DEADLINE, unless that is TIMER_NEVER, and then each
 * INTERVAL. */
void process_timer_set(struct process_timer *timer, uint64_t deadline,
                       uint64_t interval);

/* How long until TIMER fires: 0 if it does not run. */
uint64_t process_timer_left(const struct process_timer *timer);

/* A new one, which does not run, or NULL when there is no memory; by its id, or
 * NULL; and its end. */
struct process_timer *process_timer_create(struct process *process) MUST_CHECK;
struct process_timer *process_timer_find(const struct process *process, int id);
void process_timer_delete(struct process_timer *timer);

/* The signal of timer ID is taken: how often it fired beside that. */
int process_timer_taken(struct process *process, int id);

/* NANOSECONDS have gone by while the running process ran: MODE as the CPU was
 * found. */
void process_tick(enum tick_mode mode, uint64_t nanoseconds);
