/* Timers of a process, which send it signals: setitimer's three, and those that
 * timer_create makes.
 *
 * They go by heaps of deadlines (kernel/thread/timer.h), of real time or of a
 * CPU clock, which are looked at with each tick; setitimer's two of a process'
 * own time count ticks. So a timer fires once a tick at most, and what it
 * missed is its overrun: the shortest interval costs no more than any other. */
#pragma once

#include "kernel/process/cpu_clock.h"
#include "kernel/process/usage.h"
#include "kernel/thread.h"

struct process;

struct process_timer {
    struct timer timer;
    struct process *process;
    bool is_cpu;             /* goes by `target`, not by real time */
    struct cpu_clock target; /* perhaps of another process */
    struct list timed;       /* those that go by the same process or thread */
    struct list all;         /* of timer_create, the newest first */
    int id;
    int clock;  /* CLOCK_* */
    int notify; /* SIGEV_* */
    int signal;
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
    struct list created; /* by timer_create, the newest first */
    int next_id;
};

void process_timers_init(struct process *process);

/* PROCESS ends, or executes a program, which keeps setitimer's. */
void process_timers_end(struct process *process);
void process_timers_exec(struct process *process);

/* Are the clocks of TIMER there? Those that have ended stand still for ever. */
bool process_timer_has_clock(const struct process_timer *timer);

/* What TIMER's clock shows, as its deadlines are counted. */
uint64_t process_timer_now(const struct process_timer *timer);

/* Makes TIMER go by CLOCK. */
void process_timer_target(struct process_timer *timer,
                          const struct cpu_clock *clock);

/* The process or thread with these heaps, by which TIMED go, is freed. */
void process_timers_clock_ends(struct timer_heap heaps[CPUCLOCK_KINDS],
                               struct list *timed);

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
