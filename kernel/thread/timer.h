/* Who is to be woken when, and what else happens at a time: a heap of
 * deadlines, so that a tick costs nothing for those that have time. */
#pragma once

#include "kernel/lib.h"

struct thread;

/* No deadline at all. */
#define TIMER_NEVER UINT64_MAX

struct timer {
    uint64_t deadline;     /* nanoseconds, as clock_nanoseconds counts */
    struct thread *thread; /* that is woken; NULL: `fire` is called */
    void (*fire)(struct timer *timer); /* and may insert it again, for later */
    /* The heap's. A timer that is not in it is nobody's parent or child. */
    struct timer *parent;
    struct timer *left;
    struct timer *right;
    unsigned rank;
};

/* TIMER has deadline and thread or `fire`, and nothing else. */
void timer_insert(struct timer *timer);

/* Is TIMER in? */
static inline bool timer_is_set(const struct timer *timer)
{
    return timer->rank != 0;
}

/* Takes TIMER out, if it is still in. */
void timer_remove(struct timer *timer);

/* Does what there is to do for those whose deadline is NOW or before. */
void timer_expire(uint64_t now);

/* Checks the heap. Returns NULL, or the rule that is broken. */
const char *timer_validate(void);
