/* Waiting: in what is waited for lies a queue of those who do.
 *
 *     while (!it_has_happened()) {
 *         int error = thread_wait(&queue);
 *         ...
 *     }
 *
 * Whoever makes it happen wakes the queue, and each looks again: others may
 * have been quicker. A thread wakes for nothing at times. */
#pragma once

#include "kernel/lib.h"

/* A system call's answer when a signal came before it had done anything: begun
 * again behind a handler with SA_RESTART, else -EINTR. Programs never see it.
 */
#define ERESTARTSYS 512

struct wait_queue {
    struct list waiters; /* the first to come is the first to go on */
};

#define WAIT_QUEUE_EMPTY(name)                                                 \
    {                                                                          \
        LIST_EMPTY((name).waiters)                                             \
    }

static inline void wait_queue_init(struct wait_queue *queue)
{
    list_init(&queue->waiters);
}

static inline bool wait_queue_is_empty(const struct wait_queue *queue)
{
    return list_is_empty(&queue->waiters);
}

/* Gives the CPU away until QUEUE is woken. Returns 0, or -ERESTARTSYS when a
 * signal is to be acted on. */
int thread_wait(struct wait_queue *queue) MUST_CHECK;

/* The same, but not after DEADLINE, in nanoseconds of clock_nanoseconds: then
 * it returns -ETIMEDOUT. */
int thread_wait_until(struct wait_queue *queue, uint64_t deadline) MUST_CHECK;

/* Gives the CPU away until QUEUE is woken, whatever signals there are. */
void thread_wait_deaf(struct wait_queue *queue);

/* Gives the CPU away until there is a signal to be acted on. */
void thread_wait_signal(void);

/* Lets the one go on who has waited longest in QUEUE, if anybody does. */
void thread_wake_first(struct wait_queue *queue);

/* Lets all who wait in QUEUE go on. */
void thread_wake_all(struct wait_queue *queue);
