/* Time, read and waited for. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/clock_time.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

#define NANOS_PER_MICRO 1000

/* The structures of i386's first calls. */
struct timespec_32 {
    int32_t tv_sec;
    int32_t tv_nsec;
};

static_assert(sizeof(struct timespec_32) == 8, "Linux's old_timespec32");

/* The time of day, which goes on from the RTC's second by the TSC. */
static int64_t read_wall_clock(void)
{
    const uint64_t second = NANOSECONDS_PER_SECOND;
    uint64_t now = clock_nanoseconds();
    uint64_t start = clock_seconds_since_1970() - now / second;
    return (int64_t)(start * second + now);
}

/* The nanoseconds that CLOCK shows, or -1 for one that there is not. */
static int64_t read_clock(int clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return read_wall_clock();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        return (int64_t)clock_nanoseconds();
    default:
        return -1;
    }
}

static struct kernel_timespec to_timespec(int64_t nanoseconds)
{
    const int64_t second = (int64_t)NANOSECONDS_PER_SECOND;
    return (struct kernel_timespec){
        .tv_sec = nanoseconds / second,
        .tv_nsec = nanoseconds % second,
    };
}

static int put_timespec(uaddr_t to, int64_t nanoseconds)
{
    struct kernel_timespec time = to_timespec(nanoseconds);
    return copy_to_user(to, &time, sizeof(time));
}

static int put_timespec_32(uaddr_t to, int64_t nanoseconds)
{
    struct kernel_timespec time = to_timespec(nanoseconds);
    struct timespec_32 narrow = {(int32_t)time.tv_sec, (int32_t)time.tv_nsec};
    return copy_to_user(to, &narrow, sizeof(narrow));
}

int64_t sys_clock_gettime(int clock, uaddr_t to)
{
    int64_t now = read_clock(clock);
    return now < 0 ? -EINVAL : put_timespec(to, now);
}

int64_t sys_clock_gettime_32(int clock, uaddr_t to)
{
    int64_t now = read_clock(clock);
    return now < 0 ? -EINVAL : put_timespec_32(to, now);
}

int64_t sys_clock_getres(int clock, uaddr_t to)
{
    if (read_clock(clock) < 0) {
        return -EINVAL;
    }
    return to != 0 ? put_timespec(to, 1) : 0;
}

int64_t sys_clock_getres_32(int clock, uaddr_t to)
{
    if (read_clock(clock) < 0) {
        return -EINVAL;
    }
    return to != 0 ? put_timespec_32(to, 1) : 0;
}

int64_t sys_gettimeofday(uaddr_t to, uaddr_t zone)
{
    struct kernel_timespec now = to_timespec(read_clock(CLOCK_REALTIME));
    const int64_t time[2] = {now.tv_sec, now.tv_nsec / NANOS_PER_MICRO};
    const int32_t utc[2] = {0, 0};

    if (to != 0 && copy_to_user(to, time, sizeof(time)) != 0) {
        return -EFAULT;
    }
    return zone != 0 ? copy_to_user(zone, utc, sizeof(utc)) : 0;
}

int64_t sys_gettimeofday_32(uaddr_t to, uaddr_t zone)
{
    struct kernel_timespec now = to_timespec(read_clock(CLOCK_REALTIME));
    const int32_t time[2] = {(int32_t)now.tv_sec,
                             (int32_t)(now.tv_nsec / NANOS_PER_MICRO)};
    const int32_t utc[2] = {0, 0};

    if (to != 0 && copy_to_user(to, time, sizeof(time)) != 0) {
        return -EFAULT;
    }
    return zone != 0 ? copy_to_user(zone, utc, sizeof(utc)) : 0;
}

int64_t sys_time(uaddr_t to)
{
    int64_t now = to_timespec(read_clock(CLOCK_REALTIME)).tv_sec;

    if (to != 0 && copy_to_user(to, &now, sizeof(now)) != 0) {
        return -EFAULT;
    }
    return now;
}

int64_t sys_time_32(uaddr_t to)
{
    int32_t now = (int32_t)to_timespec(read_clock(CLOCK_REALTIME)).tv_sec;

    if (to != 0 && copy_to_user(to, &now, sizeof(now)) != 0) {
        return -EFAULT;
    }
    return now;
}

bool clock_time_is_valid(const struct kernel_timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 &&
           time->tv_nsec < (int64_t)NANOSECONDS_PER_SECOND;
}

/* The nanoseconds that TIME is long, or as many as there can be. */
static int64_t to_nanoseconds(const struct kernel_timespec *time)
{
    int64_t nanoseconds;

    if (__builtin_mul_overflow(time->tv_sec, (int64_t)NANOSECONDS_PER_SECOND,
                               &nanoseconds) ||
        __builtin_add_overflow(nanoseconds, time->tv_nsec, &nanoseconds)) {
        return INT64_MAX;
    }
    return nanoseconds;
}

/* When CLOCK shows TIME, by the clock of deadlines. */
static uint64_t to_deadline(int clock, int64_t time)
{
    int64_t left = time - read_clock(clock);

    return left > 0 ? clock_nanoseconds() + (uint64_t)left : 0;
}

uint64_t clock_deadline_in(const struct kernel_timespec *time)
{
    return clock_nanoseconds() + (uint64_t)to_nanoseconds(time);
}

uint64_t clock_deadline_at(int clock, const struct kernel_timespec *time)
{
    return to_deadline(clock, to_nanoseconds(time));
}

int clock_time_read(uaddr_t from, struct kernel_timespec *time)
{
    return copy_from_user(time, from, sizeof(*time));
}

int clock_time_read_padded(uaddr_t from, struct kernel_timespec *time)
{
    int error = copy_from_user(time, from, sizeof(*time));

    time->tv_nsec &= UINT32_MAX;
    return error;
}

int clock_time_read_32(uaddr_t from, struct kernel_timespec *time)
{
    struct timespec_32 narrow = {0};
    int error = copy_from_user(&narrow, from, sizeof(narrow));

    *time = (struct kernel_timespec){narrow.tv_sec, narrow.tv_nsec};
    return error;
}

/* Who sleeps on what, and wants to be told how long a signal has saved. */
struct sleep {
    int clock;
    int flags;    /* TIMER_ABSTIME */
    uaddr_t left; /* or 0 */
    int (*put)(uaddr_t to, int64_t nanoseconds);
};

static int64_t sleep_again(struct restart *restart);
static int64_t sleep_again_32(struct restart *restart);

/* Sleeps by giving the CPU away until the clock shows END. Returns 0 or -EXXX;
 * behind a stop it goes on with the same END. */
static int64_t sleep_until(const struct sleep *sleep, int64_t end)
{
    struct wait_queue nobody_wakes;
    int error;

    wait_queue_init(&nobody_wakes);
    do {
        error =
            thread_wait_until(&nobody_wakes, to_deadline(sleep->clock, end));
    } while (error == 0);
    if (error == -ETIMEDOUT) {
        return 0;
    }
    if ((sleep->flags & TIMER_ABSTIME) != 0) {
        return -ERESTARTNOHAND;
    }
    int64_t left = MAX(end - read_clock(sleep->clock), 0);
    if (sleep->left != 0 && sleep->put(sleep->left, left) != 0) {
        return -EFAULT;
    }
    thread_current()->restart = (struct restart){
        .resume = sleep->put == put_timespec ? sleep_again : sleep_again_32,
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
        .put = put_timespec,
    };
    return sleep_until(&sleep, (int64_t)restart->deadline);
}

static int64_t sleep_again_32(struct restart *restart)
{
    const struct sleep sleep = {
        .clock = restart->number,
        .left = restart->address,
        .put = put_timespec_32,
    };
    return sleep_until(&sleep, (int64_t)restart->deadline);
}

/* clock_nanosleep for all of its kinds. */
static int64_t sleep_on(const struct sleep *sleep,
                        const struct kernel_timespec *wanted)
{
    bool is_absolute = (sleep->flags & TIMER_ABSTIME) != 0;
    int64_t start = is_absolute ? 0 : read_clock(sleep->clock);
    int64_t end;

    if (!clock_time_is_valid(wanted)) {
        return -EINVAL;
    }
    if (__builtin_add_overflow(start, to_nanoseconds(wanted), &end)) {
        end = INT64_MAX;
    }
    return sleep_until(sleep, end);
}

static bool can_sleep_on(int clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
           clock == CLOCK_BOOTTIME;
}

/* Which bits of the nanoseconds count: the others are padding to i386. */
static int64_t sleep_64(int clock, int flags, uaddr_t wanted, uaddr_t left,
                        uint64_t nanoseconds)
{
    const struct sleep sleep = {clock, flags, left, put_timespec};
    struct kernel_timespec time;

    if (!can_sleep_on(clock)) {
        return -EINVAL;
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
    const struct sleep sleep = {clock, flags, left, put_timespec_32};
    struct timespec_32 narrow;

    if (!can_sleep_on(clock)) {
        return -EINVAL;
    }
    if (copy_from_user(&narrow, wanted, sizeof(narrow)) != 0) {
        return -EFAULT;
    }
    struct kernel_timespec time = {narrow.tv_sec, narrow.tv_nsec};
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

uint64_t time_deadline(int clock, uint64_t time)
{
    uint64_t deadline =
        to_deadline(clock, (int64_t)MIN(time, (uint64_t)INT64_MAX));

    return MAX(deadline, clock_nanoseconds());
}

int64_t time_deadline_signed(int clock, uint64_t time)
{
    int64_t shown = clock < 0 ? 0 : read_clock(clock);
    int64_t wanted = (int64_t)MIN(time, (uint64_t)INT64_MAX);
    int64_t deadline;

    if (__builtin_add_overflow((int64_t)clock_nanoseconds() - shown, wanted,
                               &deadline)) {
        return INT64_MAX;
    }
    return deadline;
}
