/* How long a call may wait, as programs say it. */
#pragma once

#include "kernel/syscall.h"

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

/* The time at ADDRESS in nanoseconds, UINT64_MAX for more than there are, and
 * its way back. Return 0, -EFAULT or -EINVAL. Unlike the timeout of select, no
 * microseconds may make a second. */
int time_get(uaddr_t address, enum time_layout layout,
             uint64_t *nanoseconds) MUST_CHECK;
int time_put(uaddr_t address, enum time_layout layout,
             uint64_t nanoseconds) MUST_CHECK;

/* When CLOCK, one that can be slept on, shows TIME, by clock_nanoseconds: now
 * or later. */
uint64_t time_deadline(int clock, uint64_t time);

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
