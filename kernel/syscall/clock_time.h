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

/* The nanoseconds that TIME is long, or as many as there can be. */
int64_t clock_time_length(const struct kernel_timespec *time);

/* Write a time, of 64 bits or of 32. Return 0 or -EFAULT. */
int clock_time_put(uaddr_t to, int64_t nanoseconds) MUST_CHECK;
int clock_time_put_32(uaddr_t to, int64_t nanoseconds) MUST_CHECK;

/* The nanoseconds that CLOCK shows, or -1 for one that there is not. */
int64_t clock_read(int clock);

/* When CLOCK, of no CPU, shows the nanoseconds TIME, by clock_nanoseconds; 0
 * when that is over. */
uint64_t clock_deadline(int clock, int64_t time);

/* The deadline, by clock_nanoseconds, when TIME has gone by, and when CLOCK
 * shows TIME. */
uint64_t clock_deadline_in(const struct kernel_timespec *time);
uint64_t clock_deadline_at(int clock, const struct kernel_timespec *time);
