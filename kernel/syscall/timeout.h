/* How long a call may wait, as programs say it. */
#pragma once

#include "drivers/clock.h"
#include "kernel/syscall.h"

#define NANOS_PER_MICRO   1000
#define MICROS_PER_SECOND 1000000

struct timeout {
    uaddr_t address; /* of the program's time, or 0 */
    enum time_layout layout;
    uint64_t
        deadline; /* by clock_nanoseconds; TIMER_NEVER, or 0: do not wait */
};

/* Reads the time at ADDRESS, from now on; 0 is without end. Returns 0, -EFAULT
 * or -EINVAL. */
int timeout_get(struct timeout *timeout, uaddr_t address,
                enum time_layout layout) MUST_CHECK;

size_t time_layout_size(enum time_layout layout);
bool time_layout_has_micros(enum time_layout layout);

/* The two numbers of the time at ADDRESS, whatever they are. Returns 0 or
 * -EFAULT. */
int time_get_words(uaddr_t address, enum time_layout layout,
                   int64_t words[2]) MUST_CHECK;

/* The time at ADDRESS in nanoseconds, UINT64_MAX for more than there are, and
 * its way back. Return 0, -EFAULT or -EINVAL. Unlike the timeout of select, no
 * microseconds may make a second. */
int time_get(uaddr_t address, enum time_layout layout,
             uint64_t *nanoseconds) MUST_CHECK;
int time_put(uaddr_t address, enum time_layout layout,
             uint64_t nanoseconds) MUST_CHECK;

/* Value and interval, in nanoseconds. A program has the interval first. */
struct interval {
    uint64_t value;
    uint64_t interval;
};

/* Return 0, -EFAULT or -EINVAL. */
int interval_get(uaddr_t from, enum time_layout layout,
                 struct interval *interval) MUST_CHECK;
int interval_put(uaddr_t to, enum time_layout layout,
                 const struct interval *interval) MUST_CHECK;

/* When CLOCK, one that can be slept on, shows TIME, by clock_nanoseconds: now
 * or later. */
uint64_t time_deadline(int clock, uint64_t time);

/* The same, but it may be long ago, even before the clock began. Without a
 * clock, -1, TIME from now. */
int64_t time_deadline_signed(int clock, uint64_t time);

/* The same for so many milliseconds; negative is without end. */
struct timeout timeout_of_milliseconds(int milliseconds);

/* Tells the program how much of TIMEOUT is left, and returns RESULT. As on
 * Linux, a time that can't be written is nobody's error, but the call is not
 * begun again then. */
int64_t timeout_finish(const struct timeout *timeout, int64_t result);

/* Blocks the signals in the set at ADDRESS, SIZE bytes, alone, if that is not
 * 0. Returns 0, -EINVAL or -EFAULT. A call with such a mask ends by
 * mask_finish, which takes the mask back unless RESULT, that it returns, is
 * -ERESTARTNOHAND: then the signal's handler has to see it. */
int mask_begin(uaddr_t address, uint64_t size) MUST_CHECK;
int64_t mask_finish(int64_t result);
