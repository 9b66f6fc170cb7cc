/* epoll: a set of files that are watched for good, and those of them that may
 * be ready.
 *
 *     epoll --- items ---> file           an item watches the queues of its
 * file
 *       \-- ready: items                  and comes into `ready` when one is
 *                                         woken; who waits asks the file then
 *
 * An item holds no reference to its file: the last file_put takes it out. Who
 * waits holds the epoll's own file, and is woken one at a time.
 *
 * A set may be in another one, not in a circle, and not so deep or often that
 * waking one takes long.
 */
#pragma once

#include "kernel/abi/epoll.h"
#include "kernel/file/file.h"

/* How deep sets may lie in each other, and by how many ways one may be reached.
 */
#define EPOLL_NESTS_MAX 4
#define EPOLL_PATHS_MAX 100

/* A new set, with one reference, or NULL: no memory. */
struct file *epoll_create(void) MUST_CHECK;

bool epoll_is(const struct file *file);

/* Does to the descriptor FD of FILE what OPERATION says, EPOLL_CTL_*, in EPOLL.
 * Returns 0, -EPERM (FILE can't be waited for), -EINVAL, -EEXIST, -ENOENT,
 * -ELOOP or -ENOMEM. */
int epoll_change(struct file *epoll, int operation, struct file *file, int fd,
                 const struct linux_epoll_event *event) MUST_CHECK;

/* Waits until something is ready, and copies COUNT events at most to TO.
 * Returns how many, 0 at DEADLINE, -EFAULT or -EINTR. */
int64_t epoll_wait(struct file *epoll, uaddr_t to, size_t count,
                   uint64_t deadline);

/* FILE is closed: no set has it any more. */
void epoll_forget(struct file *file);
