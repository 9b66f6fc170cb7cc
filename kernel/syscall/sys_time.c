/* Clocks, read, and times as programs have them. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/clock_time.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

#define NANOS_PER_MICRO   1000

/* How fine clocks are, in nanoseconds: some show what they showed at Linux's
 * last tick, of which there are 250 in a second. */
#define RESOLUTION        1
#define RESOLUTION_COARSE 4000000

/* The structures of i386's first calls. */
struct timespec_32 {
    int32_t tv_sec;
    int32_t tv_nsec;
};

static_assert(sizeof(struct timespec_32) == 8, "Linux's old_timespec32");

static int64_t read_cpu_clock(int number)
{
    struct cpu_clock clock;

    if (!cpu_clock_is_number(number) ||
        cpu_clock_find(number, CPU_CLOCK_READ, &clock) != 0) {
        return -1;
    }
    return (int64_t)cpu_clock_time(&clock);
}

int64_t clock_read(int clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        return (int64_t)clock_nanoseconds_since_1970();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        return (int64_t)clock_nanoseconds();
    default:
        return read_cpu_clock(clock);
    }
}

/* How fine CLOCK is, or -1 for one that there is not. */
static int64_t resolution_of(int number)
{
    struct cpu_clock clock;

    if (!cpu_clock_is_number(number)) {
        bool is_coarse =
            number == CLOCK_REALTIME_COARSE || number == CLOCK_MONOTONIC_COARSE;
        int64_t resolution = is_coarse ? RESOLUTION_COARSE : RESOLUTION;
        return clock_read(number) < 0 ? -1 : resolution;
    }
    if (cpu_clock_find(number, CPU_CLOCK_USE, &clock) != 0) {
        return -1;
    }
    return clock.which == CPUCLOCK_SCHED ? RESOLUTION : RESOLUTION_COARSE;
}

static struct kernel_timespec to_timespec(int64_t nanoseconds)
{
    const int64_t second = (int64_t)NANOSECONDS_PER_SECOND;
    return (struct kernel_timespec){
        .tv_sec = nanoseconds / second,
        .tv_nsec = nanoseconds % second,
    };
}

int clock_time_put(uaddr_t to, int64_t nanoseconds)
{
    struct kernel_timespec time = to_timespec(nanoseconds);
    return copy_to_user(to, &time, sizeof(time));
}

int clock_time_put_32(uaddr_t to, int64_t nanoseconds)
{
    struct kernel_timespec time = to_timespec(nanoseconds);
    struct timespec_32 narrow = {(int32_t)time.tv_sec, (int32_t)time.tv_nsec};
    return copy_to_user(to, &narrow, sizeof(narrow));
}

int64_t sys_clock_gettime(int clock, uaddr_t to)
{
    int64_t now = clock_read(clock);
    return now < 0 ? -EINVAL : clock_time_put(to, now);
}

int64_t sys_clock_gettime_32(int clock, uaddr_t to)
{
    int64_t now = clock_read(clock);
    return now < 0 ? -EINVAL : clock_time_put_32(to, now);
}

int64_t sys_clock_getres(int clock, uaddr_t to)
{
    int64_t resolution = resolution_of(clock);

    if (resolution < 0) {
        return -EINVAL;
    }
    return to != 0 ? clock_time_put(to, resolution) : 0;
}

int64_t sys_clock_getres_32(int clock, uaddr_t to)
{
    int64_t resolution = resolution_of(clock);

    if (resolution < 0) {
        return -EINVAL;
    }
    return to != 0 ? clock_time_put_32(to, resolution) : 0;
}

int64_t sys_gettimeofday(uaddr_t to, uaddr_t zone)
{
    struct kernel_timespec now = to_timespec(clock_read(CLOCK_REALTIME));
    const int64_t time[2] = {now.tv_sec, now.tv_nsec / NANOS_PER_MICRO};
    const int32_t utc[2] = {0, 0};

    if (to != 0 && copy_to_user(to, time, sizeof(time)) != 0) {
        return -EFAULT;
    }
    return zone != 0 ? copy_to_user(zone, utc, sizeof(utc)) : 0;
}

int64_t sys_gettimeofday_32(uaddr_t to, uaddr_t zone)
{
    struct kernel_timespec now = to_timespec(clock_read(CLOCK_REALTIME));
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
    int64_t now = to_timespec(clock_read(CLOCK_REALTIME)).tv_sec;

    if (to != 0 && copy_to_user(to, &now, sizeof(now)) != 0) {
        return -EFAULT;
    }
    return now;
}

int64_t sys_time_32(uaddr_t to)
{
    int32_t now = (int32_t)to_timespec(clock_read(CLOCK_REALTIME)).tv_sec;

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

int64_t clock_time_length(const struct kernel_timespec *time)
{
    int64_t nanoseconds;

    if (__builtin_mul_overflow(time->tv_sec, (int64_t)NANOSECONDS_PER_SECOND,
                               &nanoseconds) ||
        __builtin_add_overflow(nanoseconds, time->tv_nsec, &nanoseconds)) {
        return INT64_MAX;
    }
    return nanoseconds;
}

uint64_t clock_deadline(int clock, int64_t time)
{
    int64_t left = time - clock_read(clock);

    return left > 0 ? clock_nanoseconds() + (uint64_t)left : 0;
}

uint64_t clock_deadline_in(const struct kernel_timespec *time)
{
    return clock_nanoseconds() + (uint64_t)clock_time_length(time);
}

uint64_t clock_deadline_at(int clock, const struct kernel_timespec *time)
{
    return clock_deadline(clock, clock_time_length(time));
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

uint64_t time_deadline(int clock, uint64_t time)
{
    uint64_t deadline =
        clock_deadline(clock, (int64_t)MIN(time, (uint64_t)INT64_MAX));

    return MAX(deadline, clock_nanoseconds());
}

int64_t time_deadline_signed(int clock, uint64_t time)
{
    int64_t shown = clock < 0 ? 0 : clock_read(clock);
    int64_t wanted = (int64_t)MIN(time, (uint64_t)INT64_MAX);
    int64_t deadline;

    if (__builtin_add_overflow((int64_t)clock_nanoseconds() - shown, wanted,
                               &deadline)) {
        return INT64_MAX;
    }
    return deadline;
}
