/* timerfd: a file that can be read when a time has come. */
#pragma once

#include "kernel/file/file.h"
#include "kernel/thread.h"

/* When it fires first, by clock_nanoseconds, perhaps before that began; and how
 * often then, in nanoseconds, or 0. */
struct timerfd_setting {
    bool is_set;
    int64_t deadline;
    uint64_t interval;
};

/* A file with one reference that goes by CLOCK; FLAGS may have O_NONBLOCK. NULL
 * when there is no memory. */
struct file *timerfd_create(int clock, int flags) MUST_CHECK;

/* Is FILE one? Then: its clock, what is left until it fires next (0: it does
 * not), and its interval; and a new setting, which forgets how often it has
 * fired. */
bool file_is_timerfd(const struct file *file);
int timerfd_clock(const struct file *file);
void timerfd_get(struct file *file, uint64_t *left, uint64_t *interval);
void timerfd_set(struct file *file, const struct timerfd_setting *setting);
