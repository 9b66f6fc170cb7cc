/* Who is to be woken when: a heap of deadlines, so that a tick costs nothing
 * for those that have time. */
#pragma once

#include "kernel/lib.h"

struct thread;

/* No deadline at all. */
#define TIMER_NEVER UINT64_MAX

struct timer {
    uint64_t deadline; /* nanoseconds, as clock_nanoseconds counts */
    struct thread *thread;
    /* The heap's. A timer that is not in it is nobody's parent or child. */
    struct timer *parent;
    struct timer *left;
    struct timer *right;
    unsigned rank;
};

/* TIMER has deadline and thread, and nothing else. */
void timer_insert(struct timer *timer);

/* Takes TIMER out, if it is still in. */
void timer_remove(struct timer *timer);

/* Wakes the threads whose deadline is NOW or before. */
void timer_expire(uint64_t now);

/* Checks the heap. Returns NULL, or the rule that is broken. */
const char *timer_validate(void);
