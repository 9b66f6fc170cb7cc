/* Timers of a process. */
#include "drivers/clock.h"
#include "kernel/abi/siginfo.h"
#include "kernel/abi/time.h"
#include "kernel/lib.h"
#include "kernel/process/process.h"
#include "kernel/process/signal.h"
#include "mm/object_cache.h"

/* What timer_getoverrun says at most. */
#define OVERRUN_MAX INT32_MAX

static struct object_cache cache = OBJECT_CACHE(cache, struct process_timer);

/* Is the signal that TIMER sent last still there? */
static bool is_pending(const struct process_timer *timer,
                       const struct signal_queue *queue)
{
    for (unsigned i = 0; i < queue->count; i++) {
        const struct signal_info *info = &queue->infos[i];
        if (info->code == SI_TIMER && info->pid == timer->id &&
            info->signal == timer->signal) {
            return true;
        }
    }
    return false;
}

/* Sends the signal of one that timer_create made, or counts it. */
static void send_created(struct process_timer *timer)
{
    struct process *process = timer->process;
    struct thread *thread = timer->tid != 0 ? thread_find(timer->tid) : NULL;
    const struct signal_info info = {
        .signal = timer->signal,
        .code = SI_TIMER,
        .pid = timer->id,
        .value = timer->value,
    };

    if (timer->tid != 0 && (thread == NULL || thread->process != process)) {
        return;
    }
    if (is_pending(timer, thread != NULL ? &thread->signals.queue
                                         : &process->signals)) {
        timer->missed++;
    } else if (thread != NULL) {
        (void)signal_send_thread(thread, &info);
    } else {
        (void)signal_send_info(process, &info);
    }
}

bool process_timer_has_clock(const struct process_timer *timer)
{
    return !timer->is_cpu || timer->target.process != NULL;
}

uint64_t process_timer_now(const struct process_timer *timer)
{
    return timer->is_cpu ? cpu_clock_time(&timer->target) : clock_nanoseconds();
}

static void start(struct process_timer *timer)
{
    if (timer->is_cpu) {
        timer_insert_in(cpu_clock_heap(&timer->target), &timer->timer);
    } else {
        timer_insert(&timer->timer);
    }
}

/* As on Linux, one that tells nobody fires once if it goes by a CPU clock. */
static bool goes_on(const struct process_timer *timer)
{
    bool is_silent = timer->is_cpu && timer->notify == SIGEV_NONE;

    return timer->interval != 0 && !is_silent;
}

static void fire(struct timer *heap_timer)
{
    struct process_timer *timer =
        list_entry(heap_timer, struct process_timer, timer);
    bool is_created = timer != &timer->process->timers.real;

    if (goes_on(timer)) {
        uint64_t late = process_timer_now(timer) - heap_timer->deadline;
        uint64_t skipped = late / timer->interval;
        timer->missed += skipped;
        heap_timer->deadline += (skipped + 1) * timer->interval;
        start(timer);
    }
    if (!is_created) {
        signal_send(timer->process, SIGALRM);
    } else if (timer->notify != SIGEV_NONE) {
        send_created(timer);
    }
}

void process_timer_set(struct process_timer *timer, uint64_t deadline,
                       uint64_t interval)
{
    timer_remove(&timer->timer);
    timer->interval = MIN(interval, (uint64_t)INT64_MAX);
    timer->missed = 0;
    timer->overrun = 0;
    timer->timer.fire = fire;
    timer->timer.deadline = deadline;
    if (deadline == TIMER_NEVER) {
        return;
    }
    if (timer->is_cpu && process_timer_now(timer) >= deadline) {
        fire(&timer->timer);
    } else {
        start(timer);
    }
}

uint64_t process_timer_left(const struct process_timer *timer)
{
    if (!timer_is_set(&timer->timer)) {
        return 0;
    }
    uint64_t now = process_timer_now(timer);
    return timer->timer.deadline > now ? timer->timer.deadline - now : 1;
}

void process_timer_target(struct process_timer *timer,
                          const struct cpu_clock *clock)
{
    struct list *timed = clock->thread != NULL ? &clock->thread->cpu_timed
                                               : &clock->process->cpu_timed;

    timer->is_cpu = true;
    timer->target = *clock;
    list_append(timed, &timer->timed);
}

void process_timers_clock_ends(struct timer_heap heaps[CPUCLOCK_KINDS],
                               struct list *timed)
{
    for (int which = 0; which < CPUCLOCK_KINDS; which++) {
        timer_clear(&heaps[which]);
    }
    while (!list_is_empty(timed)) {
        struct process_timer *timer =
            list_entry(timed->next, struct process_timer, timed);
        timer->target.process = NULL;
        list_remove(&timer->timed);
    }
}

void process_timers_init(struct process *process)
{
    process->timers.real.process = process;
    list_init(&process->timers.created);
}

struct process_timer *process_timer_find(const struct process *process, int id)
{
    list_for_each(node, &process->timers.created)
    {
        struct process_timer *timer =
            list_entry(node, struct process_timer, all);
        if (timer->id == id) {
            return timer;
        }
    }
    return NULL;
}

/* The next number that no timer of PROCESS has: behind the last comes 0. */
static int take_id(struct process *process)
{
    int id;

    do {
        id = process->timers.next_id;
        process->timers.next_id = id < INT32_MAX ? id + 1 : 0;
    } while (process_timer_find(process, id) != NULL);
    return id;
}

struct process_timer *process_timer_create(struct process *process)
{
    struct process_timer *timer = object_alloc(&cache);

    if (timer != NULL) {
        timer->process = process;
        timer->id = take_id(process);
        list_init(&timer->timed);
        list_insert(&process->timers.created, &timer->all);
    }
    return timer;
}

void process_timer_delete(struct process_timer *timer)
{
    timer_remove(&timer->timer);
    list_remove(&timer->all);
    list_remove(&timer->timed);
    object_free(&cache, timer);
}

int process_timer_taken(struct process *process, int id)
{
    struct process_timer *timer = process_timer_find(process, id);

    if (timer == NULL) {
        return 0;
    }
    timer->overrun = (int)MIN(timer->missed, (uint64_t)OVERRUN_MAX);
    timer->missed = 0;
    return timer->overrun;
}

void process_timers_exec(struct process *process)
{
    struct list *created = &process->timers.created;

    while (!list_is_empty(created)) {
        process_timer_delete(
            list_entry(created->next, struct process_timer, all));
    }
}

void process_timers_end(struct process *process)
{
    process_timers_exec(process);
    timer_remove(&process->timers.real.timer);
}

static void count(struct process *process, enum cpu_timer which, int signal,
                  uint64_t nanoseconds)
{
    uint64_t *left = &process->timers.cpu[which].left;

    if (*left == 0) {
        return;
    }
    if (*left > nanoseconds) {
        *left -= nanoseconds;
        return;
    }
    *left = process->timers.cpu[which].interval;
    signal_send(process, signal);
}

/* RLIMIT_CPU, in seconds: a signal for each from the soft limit on, for it then
 * becomes higher, and the end at the hard one. A hard one alone is none. */
static void check_limit(struct process *process)
{
    struct rlimit64 *limit = &process->limits[RLIMIT_CPU];
    uint64_t seconds =
        (process->used.user + process->used.system) / NANOSECONDS_PER_SECOND;

    if (limit->current == RLIM64_INFINITY) {
        return;
    }
    if (seconds >= limit->maximum) {
        signal_send(process, SIGKILL);
    } else if (seconds >= limit->current) {
        limit->current++;
        signal_send(process, SIGXCPU);
    }
}

void process_tick(enum tick_mode mode, uint64_t nanoseconds)
{
    struct process *process = process_current();
    bool is_idle = thread_current()->state != THREAD_RUNNABLE;

    if (process == NULL || process->is_zombie || is_idle) {
        return;
    }
    usage_tick(process, mode, nanoseconds);
    if (mode == TICK_USER) {
        count(process, CPU_TIMER_VIRTUAL, SIGVTALRM, nanoseconds);
    }
    count(process, CPU_TIMER_PROF, SIGPROF, nanoseconds);
    check_limit(process);
    cpu_clock_tick(thread_current());
}
