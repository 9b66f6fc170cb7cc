/* eventfd. */
#include "kernel/file/eventfd.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/base.h"
#include "kernel/file/poll.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
    struct inode inode;
    uint64_t count;
    bool is_semaphore;
    struct wait_queue changes;
};

static struct object_cache cache = OBJECT_CACHE(cache, struct eventfd);

static struct eventfd *of(const struct file *file)
{
    return list_entry(file->inode, struct eventfd, inode);
}

/* Returns 0, -EAGAIN or -ERESTARTSYS. */
static int wait_for_change(struct eventfd *event, const struct file *file)
{
    return (file->flags & O_NONBLOCK) != 0 ? -EAGAIN
                                           : thread_wait(&event->changes);
}

static int64_t event_read(struct file *file, uint64_t offset, uaddr_t to,
                          size_t size)
{
    struct eventfd *event = of(file);

    (void)offset;
    if (size < sizeof(event->count)) {
        return -EINVAL;
    }
    while (event->count == 0) {
        int error = wait_for_change(event, file);
        if (error != 0) {
            return error;
        }
    }
    const uint64_t taken = event->is_semaphore ? 1 : event->count;
    event->count -= taken;
    thread_wake_all(&event->changes);
    int error = copy_to_user(to, &taken, sizeof(taken));
    return error != 0 ? error : (int64_t)sizeof(taken);
}

static int64_t event_write(struct file *file, uint64_t offset, uaddr_t from,
                           size_t size)
{
    struct eventfd *event = of(file);
    uint64_t added;

    (void)offset;
    if (size < sizeof(added)) {
        return -EINVAL;
    }
    if (copy_from_user(&added, from, sizeof(added)) != 0) {
        return -EFAULT;
    }
    if (added > COUNT_MAX) {
        return -EINVAL;
    }
    while (COUNT_MAX - event->count < added) {
        int error = wait_for_change(event, file);
        if (error != 0) {
            return error;
        }
    }
    event->count += added;
    thread_wake_all(&event->changes);
    return (int64_t)sizeof(added);
}

static unsigned event_poll(struct file *file, struct poll *poll)
{
    struct eventfd *event = of(file);

    poll_watch(poll, file, &event->changes);
    return (event->count > 0 ? POLLIN : 0u) |
           (event->count < COUNT_MAX ? POLLOUT : 0u);
}

static void event_end(struct inode *inode)
{
    object_free(&cache, list_entry(inode, struct eventfd, inode));
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_VOID,
    .may_open = inode_may_not_open,
    .read = event_read,
    .write = event_write,
    .poll = event_poll,
    .end = event_end,
};

struct file *eventfd_create(uint64_t count, int flags)
{
    struct eventfd *event = object_alloc(&cache);

    if (event == NULL) {
        return NULL;
    }
    event->count = count;
    event->is_semaphore = (flags & EFD_SEMAPHORE) != 0;
    wait_queue_init(&event->changes);
    inode_init_anonymous(&event->inode, "anon_inode:[eventfd]", &operations);
    struct place place = {.inode = &event->inode};
    struct file *file = file_create(place, O_RDWR | (flags & O_NONBLOCK));
    if (file == NULL) {
        object_free(&cache, event);
    }
    return file;
}
