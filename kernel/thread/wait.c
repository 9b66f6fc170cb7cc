/* Waiting. */
#include "kernel/thread/wait.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/thread/schedule.h"
#include "kernel/thread/thread.h"
#include "kernel/thread/timer.h"

void thread_wait_deaf(struct wait_queue *queue)
{
    struct thread *thread = thread_current();

    ASSERT(list_is_empty(&thread->turn));
    list_append(&queue->waiters, &thread->turn);
    thread_block(THREAD_WAITING);
}

int thread_interruption(void)
{
    return thread_current()->has_signal ? -ERESTARTSYS : 0;
}

int thread_wait(struct wait_queue *queue)
{
    if (!thread_current()->has_signal) {
        thread_wait_deaf(queue);
    }
    return thread_interruption();
}

int thread_wait_until(struct wait_queue *queue, uint64_t deadline)
{
    struct timer timer = {.deadline = deadline, .thread = thread_current()};

    if (clock_nanoseconds() >= deadline) {
        return -ETIMEDOUT;
    }
    timer_insert(&timer);
    int error = thread_wait(queue);
    timer_remove(&timer);
    if (error != 0) {
        return error;
    }
    return clock_nanoseconds() >= deadline ? -ETIMEDOUT : 0;
}

void thread_wait_signal(void)
{
    struct wait_queue nobody_wakes;

    wait_queue_init(&nobody_wakes);
    while (thread_wait(&nobody_wakes) == 0) {
    }
}

void thread_wake_first(struct wait_queue *queue)
{
    if (!list_is_empty(&queue->waiters)) {
        thread_wake(list_entry(queue->waiters.next, struct thread, turn));
    }
}

void thread_wake_watchers(struct wait_queue *queue)
{
    list_for_each(node, &queue->watchers)
    {
        struct watcher *watcher = list_entry(node, struct watcher, node);
        watcher->wake(watcher);
    }
}

void thread_wake_all(struct wait_queue *queue)
{
    while (!list_is_empty(&queue->waiters)) {
        thread_wake_first(queue);
    }
    thread_wake_watchers(queue);
}
