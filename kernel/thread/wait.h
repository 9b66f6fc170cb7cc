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

/* A system call's answer when a signal came before it had done anything.
 * Programs never see it: without a handler the call begins again, as if nothing
 * had been, and behind one it has answered -EINTR but for ERESTARTSYS with
 * SA_RESTART. ERESTARTBLOCK begins again by restart_syscall, which goes on as
 * the thread's `restart` says, for it must not wait anew for as long. */
#define ERESTARTSYS    512
#define ERESTARTNOHAND 514
#define ERESTARTBLOCK  516

/* Somebody who is told when a queue is woken, and does not sleep in it: who
 * looks at several queues. `wake` changes no queue's watchers. */
struct watcher {
    struct list node;
    void (*wake)(struct watcher *watcher);
};

struct wait_queue {
    struct list waiters; /* the first to come is the first to go on */
    struct list watchers;
};

#define WAIT_QUEUE_EMPTY(name)                                                 \
    {                                                                          \
        LIST_EMPTY((name).waiters), LIST_EMPTY((name).watchers)                \
    }

static inline void wait_queue_init(struct wait_queue *queue)
{
    list_init(&queue->waiters);
    list_init(&queue->watchers);
}

/* Does nobody wait, in whatever way? */
static inline bool wait_queue_is_empty(const struct wait_queue *queue)
{
    return list_is_empty(&queue->waiters) && list_is_empty(&queue->watchers);
}

static inline void wait_queue_watch(struct wait_queue *queue,
                                    struct watcher *watcher)
{
    list_init(&watcher->node);
    list_append(&queue->watchers, &watcher->node);
}

/* -ERESTARTSYS when a signal is to be acted on, else 0. */
int thread_interruption(void) MUST_CHECK;

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

/* Lets the one go on who has waited longest in QUEUE, if anybody does. Watchers
 * are not told. */
void thread_wake_first(struct wait_queue *queue);

/* Tells those alone who watch QUEUE. */
void thread_wake_watchers(struct wait_queue *queue);

/* Lets all who wait in QUEUE go on, and tells who watches it. */
void thread_wake_all(struct wait_queue *queue);
