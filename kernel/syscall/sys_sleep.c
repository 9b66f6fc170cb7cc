/* Sleep, on any clock. */
#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/clock_time.h"
#include "mm/user_copy.h"

/* Who sleeps on what, and wants to be told how long a signal has saved. */
struct sleep {
    int clock;
    int flags;    /* TIMER_ABSTIME */
    uaddr_t left; /* or 0 */
    int (*put)(uaddr_t to, int64_t nanoseconds);
};

static int64_t sleep_again(struct restart *restart);
static int64_t sleep_again_32(struct restart *restart);

/* Gives the CPU away until real time has come to END by CLOCK. Returns 0 or
 * -ERESTARTSYS; behind a stop it goes on with the same END. */
static int wait_real_time(int clock, int64_t end)
{
    struct wait_queue nobody_wakes;
    int error;

    wait_queue_init(&nobody_wakes);
    do {
        error = thread_wait_until(&nobody_wakes, clock_deadline(clock, end));
    } while (error == 0);
    return error == -ETIMEDOUT ? 0 : error;
}

/* The same for a CPU clock, which -EINVAL says is not there. */
static int wait_cpu_time(int number, int64_t end)
{
    struct cpu_clock clock;
    int error = cpu_clock_find(number, CPU_CLOCK_USE, &clock);

    return error != 0 ? error : cpu_clock_wait(&clock, (uint64_t)end);
}

/* What is left of a sleep until END. Nothing is of one by a CPU clock that has
 * ended meanwhile. */
static int64_t left_until(int clock, int64_t end)
{
    int64_t now = clock_read(clock);

    return now >= 0 ? MAX(end - now, 0) : 0;
}

/* Sleeps until the clock shows END. Returns 0 or -EXXX. */
static int64_t sleep_until(const struct sleep *sleep, int64_t end)
{
    bool is_cpu = cpu_clock_is_number(sleep->clock);
    int error = is_cpu ? wait_cpu_time(sleep->clock, end)
                       : wait_real_time(sleep->clock, end);

    if (error != -ERESTARTSYS) {
        return error;
    }
    int64_t left = left_until(sleep->clock, end);
    if (is_cpu && left == 0) {
        return 0;
    }
    if ((sleep->flags & TIMER_ABSTIME) != 0) {
        return -ERESTARTNOHAND;
    }
    if (sleep->left != 0 && sleep->put(sleep->left, left) != 0) {
        return -EFAULT;
    }
    thread_current()->restart = (struct restart){
        .resume = sleep->put == clock_time_put ? sleep_again : sleep_again_32,
        .deadline = (uint64_t)end,
        .address = sleep->left,
        .number = sleep->clock,
    };
    return -ERESTARTBLOCK;
}

static int64_t sleep_again(struct restart *restart)
{
    const struct sleep sleep = {
        .clock = restart->number,
        .left = restart->address,
        .put = clock_time_put,
    };
    return sleep_until(&sleep, (int64_t)restart->deadline);
}

static int64_t sleep_again_32(struct restart *restart)
{
    const struct sleep sleep = {
        .clock = restart->number,
        .left = restart->address,
        .put = clock_time_put_32,
    };
    return sleep_until(&sleep, (int64_t)restart->deadline);
}

/* Nobody waits for his own time, which does not go on meanwhile. */
static bool is_awaitable(int number)
{
    struct cpu_clock clock;

    return !cpu_clock_is_number(number) ||
           (cpu_clock_find(number, CPU_CLOCK_USE, &clock) == 0 &&
            clock.thread != thread_current());
}

/* clock_nanosleep for all of its kinds. */
static int64_t sleep_on(const struct sleep *sleep,
                        const struct kernel_timespec *wanted)
{
    bool is_absolute = (sleep->flags & TIMER_ABSTIME) != 0;
    int64_t end;

    if (!clock_time_is_valid(wanted) || !is_awaitable(sleep->clock)) {
        return -EINVAL;
    }
    int64_t start = is_absolute ? 0 : clock_read(sleep->clock);
    if (__builtin_add_overflow(start, clock_time_length(wanted), &end)) {
        end = INT64_MAX;
    }
    return sleep_until(sleep, end);
}

/* Can anybody sleep on CLOCK? 0, -EINVAL for one that there is not, or
 * -EOPNOTSUPP. */
static int check_clock(int clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_THREAD_CPUTIME_ID:
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

/* Which bits of the nanoseconds count: the others are padding to i386. */
static int64_t sleep_64(int clock, int flags, uaddr_t wanted, uaddr_t left,
                        uint64_t nanoseconds)
{
    const struct sleep sleep = {clock, flags, left, clock_time_put};
    struct kernel_timespec time;
    int error = check_clock(clock);

    if (error != 0) {
        return error;
    }
    if (copy_from_user(&time, wanted, sizeof(time)) != 0) {
        return -EFAULT;
    }
    time.tv_nsec &= (int64_t)nanoseconds;
    return sleep_on(&sleep, &time);
}

int64_t sys_clock_nanosleep(int clock, int flags, uaddr_t wanted, uaddr_t left)
{
    return sleep_64(clock, flags, wanted, left, UINT64_MAX);
}

int64_t sys_clock_nanosleep_time64_32(int clock, int flags, uaddr_t wanted,
                                      uaddr_t left)
{
    return sleep_64(clock, flags, wanted, left, UINT32_MAX);
}

int64_t sys_clock_nanosleep_32(int clock, int flags, uaddr_t wanted,
                               uaddr_t left)
{
    const struct sleep sleep = {clock, flags, left, clock_time_put_32};
    struct kernel_timespec time;
    int error = check_clock(clock);

    if (error != 0) {
        return error;
    }
    if (clock_time_read_32(wanted, &time) != 0) {
        return -EFAULT;
    }
    return sleep_on(&sleep, &time);
}

int64_t sys_nanosleep(uaddr_t wanted, uaddr_t left)
{
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, left);
}

int64_t sys_nanosleep_32(uaddr_t wanted, uaddr_t left)
{
    return sys_clock_nanosleep_32(CLOCK_MONOTONIC, 0, wanted, left);
}

int64_t sys_restart_syscall(void)
{
    struct restart restart = thread_current()->restart;

    thread_current()->restart.resume = NULL;
    return restart.resume != NULL ? restart.resume(&restart) : -EINTR;
}
