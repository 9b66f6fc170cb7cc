/* clock_gettime of x86-64, and clock_gettime64 of i386. */
#pragma once

#include <stdint.h>

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define CLOCK_TAI                11

/* CPU clocks of any process or thread are negative: ~number << 3, with what
 * they count, or with CLOCKFD for an open file's clock
 * (include/linux/posix-timers.h). */
#define CPUCLOCK_SHIFT           3
#define CPUCLOCK_PERTHREAD       4
#define CPUCLOCK_WHICH           3
#define CPUCLOCK_PROF            0
#define CPUCLOCK_VIRT            1
#define CPUCLOCK_SCHED           2
#define CPUCLOCK_KINDS           3
#define CLOCKFD                  3
#define CLOCKFD_MASK             7
#define CPUCLOCK_NUMBER(pid, bits)                                             \
    ((int32_t)(~(uint32_t)(pid) << CPUCLOCK_SHIFT | (bits)))

/* setitimer */
#define ITIMER_REAL     0
#define ITIMER_VIRTUAL  1
#define ITIMER_PROF     2

/* timer_create: what happens. */
#define SIGEV_SIGNAL    0
#define SIGEV_NONE      1
#define SIGEV_THREAD    2
#define SIGEV_THREAD_ID 4

/* clock_nanosleep: until then, not for so long. */
#define TIMER_ABSTIME   1

/* utimensat: in place of nanoseconds. */
#define UTIME_NOW       0x3fffffff
#define UTIME_OMIT      0x3ffffffe

struct kernel_timespec {
    int64_t tv_sec;
    int64_t tv_nsec;
};

/* TFD_TIMER_ABSTIME, and to be told when the clock is set, which it never is.
 */
#define TFD_SETTIME_FLAGS 3
