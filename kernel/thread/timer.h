/* Who is to be woken when, and what else happens at a time: heaps of deadlines,
 * so that a tick costs nothing for those that have time. One heap goes by real
 * time; each process and each thread has some that go by what it has run
 * (kernel/process/cpu_clock.h). */
#pragma once

#include "kernel/lib.h"

struct thread;

/* No deadline at all. */
#define TIMER_NEVER UINT64_MAX

struct timer {
    uint64_t deadline;     /* nanoseconds, as the heap's clock counts */
    struct thread *thread; /* that is woken; NULL: `fire` is called */
    void (*fire)(struct timer *timer); /* and may insert it again, for later */
    /* The heap's. A timer that is in none is nobody's parent or child. */
    struct timer_heap *heap;
    struct timer *parent;
    struct timer *left;
    struct timer *right;
    unsigned rank;
};

/* All zero is an empty heap. */
struct timer_heap {
    struct timer *first;
};

/* TIMER has deadline and thread or `fire`, and nothing else. It goes by real
 * time, or as HEAP does. */
void timer_insert(struct timer *timer);
void timer_insert_in(struct timer_heap *heap, struct timer *timer);

/* Is TIMER in? */
static inline bool timer_is_set(const struct timer *timer)
{
    return timer->heap != NULL;
}

/* Takes TIMER out, if it is still in. */
void timer_remove(struct timer *timer);

/* Does what there is to do for those of real time, or of HEAP, whose deadline
 * is NOW or before. */
void timer_expire(uint64_t now);
void timer_expire_in(struct timer_heap *heap, uint64_t now);

/* HEAP's clock has come to its end: takes all timers out. */
void timer_clear(struct timer_heap *heap);

/* Checks the heap of real time, or HEAP. Returns NULL, or the rule that is
 * broken. */
const char *timer_validate(void);
const char *timer_validate_heap(const struct timer_heap *heap);
