/* Waiting for several files at once.
 *
 * A file's `poll` (kernel/file/inode.h) says what could be done with it now,
 * and hands the queues that are woken when that changes to poll_watch. Who
 * polls puts a watcher into each of them, sleeps, and asks all files again.
 * Files that are watched are held: they stay, whatever descriptors are closed
 * meanwhile.
 */
#pragma once

#include "kernel/abi/poll.h"
#include "kernel/file/file.h"
#include "kernel/thread.h"

/* What a file without a `poll` answers: nothing ever waits. */
#define POLL_ALWAYS    (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)

/* Watchers that cost no allocation. */
#define POLL_OWN_COUNT 8

struct poll_entry {
    struct watcher watcher;
    struct poll *poll;
    struct file *file;
    struct poll_entry *next;
};

/* On the stack of the thread that polls. */
struct poll {
    /* What poll_watch does: epoll has its own. */
    void (*add)(struct poll *poll, struct file *file, struct wait_queue *queue);
    struct wait_queue sleeper;
    bool is_woken;
    int error; /* -ENOMEM: not all is watched */
    struct poll_entry *entries;
    unsigned own_used;
    struct poll_entry own[POLL_OWN_COUNT];
};

/* What of FILE is ready: POLL*. With POLL, which may be NULL, it is watched
 * from now on. */
unsigned poll_file(struct file *file, struct poll *poll);

/* For files: their answer may change when QUEUE is woken. */
void poll_watch(struct poll *poll, struct file *file, struct wait_queue *queue);

/* How many of the files in WHAT are ready, or -EXXX. With POLL, which may be
 * NULL, they are watched from now on as long as none is. */
typedef int64_t poll_look(void *what, struct poll *poll);

/* Has LOOK look at WHAT until the answer is not 0, each time that something
 * changes, and a last time at DEADLINE; once alone where that is 0. Returns the
 * last answer, -ENOMEM, or -ERESTARTSYS. */
int64_t poll_wait(poll_look *look, void *what, uint64_t deadline) MUST_CHECK;
