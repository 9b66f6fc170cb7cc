/* Timers that send signals: alarm, setitimer, timer_create. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

static size_t size_of(enum time_layout layout)
{
    return layout == TIMESPEC_32 || layout == TIMEVAL_32 ? 2 * sizeof(int32_t)
                                                         : 2 * sizeof(int64_t);
}

int interval_get(uaddr_t from, enum time_layout layout,
                 struct interval *interval)
{
    int error = time_get(from, layout, &interval->interval);

    return error != 0
               ? error
               : time_get(from + size_of(layout), layout, &interval->value);
}

int interval_put(uaddr_t to, enum time_layout layout,
                 const struct interval *interval)
{
    int error = time_put(to, layout, interval->interval);

    return error != 0 ? error
                      : time_put(to + size_of(layout), layout, interval->value);
}

/* NANOSECONDS behind NOW, of whatever clock. */
static uint64_t deadline_in(uint64_t now, uint64_t nanoseconds)
{
    uint64_t deadline;

    if (nanoseconds == 0 ||
        __builtin_add_overflow(now, nanoseconds, &deadline)) {
        return TIMER_NEVER;
    }
    return deadline;
}

/* What is left of setitimer's timer WHICH, and its new value. */
static struct interval swap_interval(int which, const struct interval *wanted)
{
    struct process_timers *timers = &process_current()->timers;
    struct interval before;

    if (which == ITIMER_REAL) {
        before = (struct interval){process_timer_left(&timers->real),
                                   timers->real.interval};
        if (wanted != NULL) {
            process_timer_set(&timers->real,
                              deadline_in(clock_nanoseconds(), wanted->value),
                              wanted->value != 0 ? wanted->interval : 0);
        }
        return before;
    }
    size_t cpu = which == ITIMER_VIRTUAL ? CPU_TIMER_VIRTUAL : CPU_TIMER_PROF;
    before =
        (struct interval){timers->cpu[cpu].left, timers->cpu[cpu].interval};
    if (wanted != NULL) {
        timers->cpu[cpu].left = wanted->value;
        timers->cpu[cpu].interval = wanted->interval;
    }
    return before;
}

static bool is_itimer(int which)
{
    return which >= ITIMER_REAL && which <= ITIMER_PROF;
}

int64_t sys_getitimer(int which, uaddr_t to, enum time_layout layout)
{
    if (!is_itimer(which)) {
        return -EINVAL;
    }
    struct interval now = swap_interval(which, NULL);
    return interval_put(to, layout, &now);
}

int64_t sys_setitimer(int which, uaddr_t from, uaddr_t old,
                      enum time_layout layout)
{
    struct interval wanted = {0};
    int error = from != 0 ? interval_get(from, layout, &wanted) : 0;

    if (error != 0) {
        return error;
    }
    if (!is_itimer(which)) {
        return -EINVAL;
    }
    struct interval before = swap_interval(which, &wanted);
    return old != 0 ? interval_put(old, layout, &before) : 0;
}

int64_t sys_alarm(unsigned seconds)
{
    const uint64_t second = NANOSECONDS_PER_SECOND;
    const struct interval wanted = {.value = seconds * second};
    uint64_t left = swap_interval(ITIMER_REAL, &wanted).value;
    uint64_t rounded = (left + second / 2) / second;

    return left != 0 && rounded == 0 ? 1 : (int64_t)rounded;
}

/* The timers of timer_create. */

/* Can a timer go by CLOCK? 0, -EINVAL for one that there is not, or
 * -EOPNOTSUPP. */
static int check_clock(int clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
        return -EOPNOTSUPP;
    default:
        break;
    }
    if (cpu_clock_is_number(clock)) {
        return 0;
    }
    return clock < 0 ? -EOPNOTSUPP : -EINVAL; /* a file's clock */
}

/* Linux's sigevent_t: a value as wide as the door, then three numbers. */
static int get_event(uaddr_t from, enum time_layout layout,
                     struct process_timer *wanted)
{
    struct {
        uint64_t value;
        int32_t words[3];
    } wide;
    uint32_t narrow[4];

    if (layout == TIMESPEC_64) {
        if (copy_from_user(&wide, from,
                           sizeof(wide.value) + sizeof(wide.words)) != 0) {
            return -EFAULT;
        }
        wanted->value = wide.value;
        wanted->signal = wide.words[0];
        wanted->notify = wide.words[1];
        wanted->tid = wide.words[2];
        return 0;
    }
    if (copy_from_user(narrow, from, sizeof(narrow)) != 0) {
        return -EFAULT;
    }
    wanted->value = narrow[0];
    wanted->signal = (int)narrow[1];
    wanted->notify = (int)narrow[2];
    wanted->tid = (int)narrow[3];
    return 0;
}

/* Is what WANTED asks for possible? It loses what it does not need. */
static int check_event(struct process_timer *wanted)
{
    switch (wanted->notify) {
    case SIGEV_NONE:
        wanted->tid = 0;
        return 0;
    case SIGEV_THREAD_ID: {
        const struct thread *thread = thread_find(wanted->tid);
        if (thread == NULL || thread->process != process_current()) {
            return -EINVAL;
        }
        break;
    }
    case SIGEV_SIGNAL:
    case SIGEV_THREAD:
        wanted->tid = 0;
        break;
    default:
        return -EINVAL;
    }
    bool is_signal = wanted->signal >= 1 && wanted->signal <= SIGNAL_MAX;
    return is_signal ? 0 : -EINVAL;
}

/* Makes TIMER what WANTED asks for, and tells its number. */
static int set_up(struct process_timer *timer, struct process_timer *wanted,
                  uaddr_t to)
{
    struct cpu_clock target;
    int error = check_event(wanted);

    if (error != 0) {
        return error;
    }
    timer->clock = wanted->clock;
    timer->signal = wanted->signal;
    timer->notify = wanted->notify;
    timer->tid = wanted->tid;
    timer->value = wanted->value;
    if (copy_to_user(to, &timer->id, sizeof(timer->id)) != 0) {
        return -EFAULT;
    }
    if (!cpu_clock_is_number(wanted->clock)) {
        return 0;
    }
    error = cpu_clock_find(wanted->clock, CPU_CLOCK_USE, &target);
    if (error == 0) {
        process_timer_target(timer, &target);
    }
    return error;
}

int64_t sys_timer_create(int clock, uaddr_t event, uaddr_t to,
                         enum time_layout layout)
{
    struct process_timer wanted = {.signal = SIGALRM};

    if (event != 0 && get_event(event, layout, &wanted) != 0) {
        return -EFAULT;
    }
    int error = check_clock(clock);
    if (error != 0) {
        return error;
    }
    struct process_timer *timer = process_timer_create(process_current());
    if (timer == NULL) {
        return -EAGAIN;
    }
    wanted.clock = cpu_clock_number(clock);
    if (event == 0) {
        wanted.value = (uint64_t)timer->id;
    }
    error = set_up(timer, &wanted, to);
    if (error != 0) {
        process_timer_delete(timer);
    }
    return error;
}

static struct process_timer *find(int id)
{
    return process_timer_find(process_current(), id);
}

/* A timer whose clock has ended is one that does not run. */
static struct interval left_of(const struct process_timer *timer)
{
    if (!process_timer_has_clock(timer)) {
        return (struct interval){0};
    }
    return (struct interval){process_timer_left(timer), timer->interval};
}

int64_t sys_timer_gettime(int id, uaddr_t to, enum time_layout layout)
{
    const struct process_timer *timer = find(id);

    if (timer == NULL) {
        return -EINVAL;
    }
    struct interval now = left_of(timer);
    return interval_put(to, layout, &now);
}

/* When TIMER shows VALUE, or is so long behind now. */
static uint64_t deadline_of(const struct process_timer *timer, int flags,
                            uint64_t value)
{
    if ((flags & TIMER_ABSTIME) == 0 || value == 0) {
        return deadline_in(process_timer_now(timer), value);
    }
    return timer->is_cpu ? value : time_deadline(timer->clock, value);
}

int64_t sys_timer_settime(int id, int flags, uaddr_t from, uaddr_t old,
                          enum time_layout layout)
{
    struct process_timer *timer = find(id);
    struct interval wanted;

    if (from == 0) {
        return -EINVAL;
    }
    int error = interval_get(from, layout, &wanted);
    if (error != 0) {
        return error;
    }
    if (timer == NULL) {
        return -EINVAL;
    }
    if (!process_timer_has_clock(timer)) {
        return -ESRCH;
    }
    struct interval before = left_of(timer);
    process_timer_set(timer, deadline_of(timer, flags, wanted.value),
                      wanted.interval);
    return old != 0 ? interval_put(old, layout, &before) : 0;
}

int64_t sys_timer_getoverrun(int id)
{
    const struct process_timer *timer = find(id);

    return timer != NULL ? timer->overrun : -EINVAL;
}

int64_t sys_timer_delete(int id)
{
    struct process_timer *timer = find(id);

    if (timer == NULL) {
        return -EINVAL;
    }
    process_timer_delete(timer);
    return 0;
}
