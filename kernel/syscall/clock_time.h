/* Times as programs give them. */
#pragma once

#include "kernel/abi/time.h"
#include "kernel/lib.h"

/* Read a time: of 64 bits, of 32, or of 64 as i386 has it, where of the
 * nanoseconds the upper half is padding. Return 0 or -EFAULT. */
int clock_time_read(uaddr_t from, struct kernel_timespec *time) MUST_CHECK;
int clock_time_read_32(uaddr_t from, struct kernel_timespec *time) MUST_CHECK;
int clock_time_read_padded(uaddr_t from,
                           struct kernel_timespec *time) MUST_CHECK;

bool clock_time_is_valid(const struct kernel_timespec *time);

/* The deadline, by clock_nanoseconds, when TIME has gone by, and when CLOCK
 * shows TIME. */
uint64_t clock_deadline_in(const struct kernel_timespec *time);
uint64_t clock_deadline_at(int clock, const struct kernel_timespec *time);
