/* epoll. */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/base.h"
#include "kernel/file/epoll_priv.h"
#include "kernel/file/poll.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

/* What of the events says how to tell, not what. */
#define HOW (EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLONESHOT | EPOLLET)

/* Without these EPOLLEXCLUSIVE is nothing (Linux's EPOLLEXCLUSIVE_OK_BITS). */
#define EXCLUSIVE_EVENTS                                                       \
    (POLLIN | POLLOUT | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET |            \
     EPOLLEXCLUSIVE)

/* A poll that makes watches of an item's. */
struct item_poll {
    struct poll poll;
    struct epoll_item *item;
};

static struct object_cache cache = OBJECT_CACHE(cache, struct epoll);
static struct object_cache items = OBJECT_CACHE(items, struct epoll_item);

static void become_ready(struct epoll_item *item)
{
    struct epoll *epoll = item->epoll;

    if ((item->event.events & ~HOW) == 0) {
        return; /* EPOLLONESHOT, and told */
    }
    if (list_is_empty(&item->ready)) {
        list_append(&epoll->ready, &item->ready);
    }
    thread_wake_first(&epoll->waiters);
    thread_wake_watchers(&epoll->waiters);
}

static void wake(struct watcher *watcher)
{
    become_ready(list_entry(watcher, struct epoll_watch, watcher)->item);
}

static void add_watch(struct poll *poll, struct file *file,
                      struct wait_queue *queue)
{
    struct epoll_item *item = list_entry(poll, struct item_poll, poll)->item;

    (void)file;
    ASSERT_CMP(item->watch_count, <, (unsigned)ITEM_QUEUES);
    struct epoll_watch *watch = &item->watches[item->watch_count++];
    watch->watcher.wake = wake;
    watch->item = item;
    wait_queue_watch(queue, &watch->watcher);
}

static unsigned ready_events(const struct epoll_item *item)
{
    unsigned events = item->event.events & ~HOW;

    return events == 0 ? 0 : poll_file(item->file, NULL) & events;
}

static void remove_item(struct epoll_item *item)
{
    ASSERT_CMP(item->watch_count, <=, ARRAY_COUNT(item->watches));
    for (unsigned i = 0; i < item->watch_count; i++) {
        list_remove(&item->watches[i].watcher.node);
    }
    list_remove(&item->all);
    list_remove(&item->ready);
    list_remove(&item->of_file);
    object_free(&items, item);
}

void epoll_forget(struct file *file)
{
    while (!list_is_empty(&file->epoll_items)) {
        remove_item(
            list_entry(file->epoll_items.next, struct epoll_item, of_file));
    }
}

static struct epoll_item *find(const struct epoll *epoll,
                               const struct file *file, int fd)
{
    list_for_each(node, &file->epoll_items)
    {
        struct epoll_item *item = list_entry(node, struct epoll_item, of_file);
        if (item->epoll == epoll && item->fd == fd) {
            return item;
        }
    }
    return NULL;
}

static int add_item(struct epoll *epoll, struct file *file, int fd,
                    const struct linux_epoll_event *event)
{
    struct item_poll poll = {.poll = {.add = add_watch}};

    if (epoll_is(file) && epoll_is_too_deep(epoll, epoll_of(file))) {
        return -ELOOP;
    }
    struct epoll_item *item = object_alloc(&items);
    if (item == NULL) {
        return -ENOMEM;
    }
    item->epoll = epoll;
    item->file = file;
    item->fd = fd;
    item->event = *event;
    list_init(&item->ready);
    list_append(&epoll->items, &item->all);
    list_append(&file->epoll_items, &item->of_file);
    if (epoll_is(file) && epoll_has_too_many_paths(epoll_of(file))) {
        remove_item(item);
        return -EINVAL;
    }
    poll.item = item;
    if ((poll_file(file, &poll.poll) & event->events & ~HOW) != 0) {
        become_ready(item);
    }
    return 0;
}

static void change_item(struct epoll_item *item,
                        const struct linux_epoll_event *event)
{
    item->event = *event;
    if (ready_events(item) != 0) {
        become_ready(item);
    }
}

int epoll_change(struct file *file, int operation, struct file *target, int fd,
                 const struct linux_epoll_event *event)
{
    struct linux_epoll_event wanted = *event;

    if (target->inode->operations == NULL ||
        target->inode->operations->poll == NULL) {
        return -EPERM;
    }
    if (target == file || !epoll_is(file)) {
        return -EINVAL;
    }
    bool is_exclusive =
        operation != EPOLL_CTL_DEL && (wanted.events & EPOLLEXCLUSIVE) != 0;
    if (is_exclusive && (operation == EPOLL_CTL_MOD || epoll_is(target) ||
                         (wanted.events & ~EXCLUSIVE_EVENTS) != 0)) {
        return -EINVAL;
    }
    struct epoll_item *item = find(epoll_of(file), target, fd);
    wanted.events |= POLLERR | POLLHUP;
    switch (operation) {
    case EPOLL_CTL_ADD:
        return item != NULL ? -EEXIST
                            : add_item(epoll_of(file), target, fd, &wanted);
    case EPOLL_CTL_DEL:
        if (item != NULL) {
            remove_item(item);
        }
        return item != NULL ? 0 : -ENOENT;
    case EPOLL_CTL_MOD:
        if (item != NULL && (item->event.events & EPOLLEXCLUSIVE) != 0) {
            return -EINVAL;
        }
        if (item != NULL) {
            change_item(item, &wanted);
        }
        return item != NULL ? 0 : -ENOENT;
    default:
        return -EINVAL;
    }
}

/* Tells of ITEM, which was taken out of `ready`, at TO. Returns 1, 0 if there
 * is nothing to tell, or -EFAULT. */
static int tell(struct epoll_item *item, uaddr_t to)
{
    const struct linux_epoll_event event = {
        .events = ready_events(item),
        .data = item->event.data,
    };
    struct list *ready = &item->epoll->ready;

    ASSERT(list_is_empty(&item->ready));
    if (event.events == 0) {
        return 0;
    }
    if (copy_to_user(to, &event, sizeof(event)) != 0) {
        list_insert(ready, &item->ready);
        return -EFAULT;
    }
    if ((item->event.events & EPOLLONESHOT) != 0) {
        item->event.events &= HOW;
    } else if ((item->event.events & EPOLLET) == 0) {
        list_append(ready, &item->ready);
    }
    return 1;
}

/* Tells of what is ready, each item once. Returns how many, or -EFAULT. */
static int64_t tell_all(struct epoll *epoll, uaddr_t to, size_t count)
{
    struct list *last = epoll->ready.prev;
    int64_t done = 0;
    bool is_last = list_is_empty(&epoll->ready);

    while (!is_last && (size_t)done < count) {
        struct list *node = epoll->ready.next;
        is_last = node == last;
        list_remove(node);
        uaddr_t at = to + (size_t)done * sizeof(struct linux_epoll_event);
        int told = tell(list_entry(node, struct epoll_item, ready), at);
        if (told < 0) {
            return done == 0 ? told : done;
        }
        done += told;
    }
    return done;
}

/* Sleeps, unless a file has become ready while others were looked at. Returns
 * 0, -ETIMEDOUT at DEADLINE, or -ERESTARTSYS. */
static int wait_for_ready(struct epoll *epoll, uint64_t deadline)
{
    return list_is_empty(&epoll->ready)
               ? thread_wait_until(&epoll->waiters, deadline)
               : thread_interruption();
}

int64_t epoll_wait(struct file *file, uaddr_t to, size_t count,
                   uint64_t deadline)
{
    struct epoll *epoll = epoll_of(file);
    int64_t result;
    int error = deadline == 0 ? -ETIMEDOUT : 0;

    file_hold(file);
    while ((result = tell_all(epoll, to, count)) == 0 && error == 0) {
        error = wait_for_ready(epoll, deadline);
    }
    if (!list_is_empty(&epoll->ready)) {
        thread_wake_first(&epoll->waiters);
    }
    file_release(file);
    return result == 0 && error == -ERESTARTSYS ? -EINTR : result;
}

/* A set is ready when one of its files is. */
static unsigned epoll_poll(struct file *file, struct poll *poll)
{
    struct epoll *epoll = epoll_of(file);

    poll_watch(poll, file, &epoll->waiters);
    while (!list_is_empty(&epoll->ready)) {
        struct list *node = epoll->ready.next;
        if (ready_events(list_entry(node, struct epoll_item, ready)) != 0) {
            return POLLIN | POLLRDNORM;
        }
        list_remove(node);
    }
    return 0;
}

static void epoll_release(struct file *file)
{
    struct epoll *epoll = epoll_of(file);

    while (file == epoll->file && !list_is_empty(&epoll->items)) {
        remove_item(list_entry(epoll->items.next, struct epoll_item, all));
    }
}

static void epoll_end(struct inode *inode)
{
    object_free(&cache, list_entry(inode, struct epoll, inode));
}

const struct inode_operations epoll_operations = {
    .seek = INODE_SEEK_VOID,
    .may_open = inode_may_not_open,
    .poll = epoll_poll,
    .release = epoll_release,
    .end = epoll_end,
};

struct file *epoll_create(void)
{
    struct epoll *epoll = object_alloc(&cache);

    if (epoll == NULL) {
        return NULL;
    }
    list_init(&epoll->items);
    list_init(&epoll->ready);
    wait_queue_init(&epoll->waiters);
    inode_init_anonymous(&epoll->inode, "anon_inode:[eventpoll]",
                         &epoll_operations);
    struct place place = {.inode = &epoll->inode};
    epoll->file = file_create(place, O_RDWR);
    if (epoll->file == NULL) {
        object_free(&cache, epoll);
        return NULL;
    }
    return epoll->file;
}
