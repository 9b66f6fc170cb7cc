/* timerfd. As on Linux, one with an interval that has fired does so again only
 * when somebody has looked: what it has missed is counted then. */
#include "kernel/file/timerfd.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/file/poll.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

struct timerfd {
    struct inode inode;
    struct timer timer;
    struct wait_queue readers;
    int clock;
    int64_t deadline; /* of the last or the next time */
    uint64_t interval;
    uint64_t ticks; /* since it was read last */
    bool has_fired; /* and is not set again */
};

static struct object_cache cache = OBJECT_CACHE(cache, struct timerfd);

static struct timerfd *of(const struct file *file)
{
    return list_entry(file->inode, struct timerfd, inode);
}

static void fire(struct timer *timer)
{
    struct timerfd *t = list_entry(timer, struct timerfd, timer);

    t->has_fired = true;
    t->ticks++;
    thread_wake_all(&t->readers);
}

/* Deadlines are looked at with each tick of the clock; who asks in between is
 * told the truth all the same. */
static void catch_up(struct timerfd *t)
{
    if (timer_is_set(&t->timer) &&
        (int64_t)clock_nanoseconds() >= t->deadline) {
        timer_remove(&t->timer);
        fire(&t->timer);
    }
}

static void start(struct timerfd *t)
{
    t->timer.deadline = (uint64_t)MAX(t->deadline, (int64_t)0);
    timer_insert(&t->timer);
    catch_up(t);
}

/* Sets one with an interval again, behind all that it has missed. */
static void go_on(struct timerfd *t)
{
    catch_up(t);
    if (!t->has_fired || t->interval == 0) {
        return;
    }
    t->has_fired = false;
    uint64_t late = clock_nanoseconds() - (uint64_t)t->deadline;
    uint64_t missed = late / t->interval;
    t->ticks += missed;
    t->deadline += (int64_t)((missed + 1) * t->interval);
    start(t);
}

static int64_t timer_read(struct file *file, uint64_t offset, uaddr_t to,
                          size_t size)
{
    struct timerfd *t = of(file);

    (void)offset;
    if (size < sizeof(t->ticks)) {
        return -EINVAL;
    }
    catch_up(t);
    while (t->ticks == 0) {
        int error = (file->flags & O_NONBLOCK) != 0 ? -EAGAIN
                                                    : thread_wait(&t->readers);
        if (error != 0) {
            return error;
        }
    }
    go_on(t);
    const uint64_t ticks = t->ticks;
    t->ticks = 0;
    int error = copy_to_user(to, &ticks, sizeof(ticks));
    return error != 0 ? error : (int64_t)sizeof(ticks);
}

static unsigned timer_poll(struct file *file, struct poll *poll)
{
    struct timerfd *t = of(file);

    catch_up(t);
    poll_watch(poll, file, &t->readers);
    return t->ticks > 0 ? POLLIN : 0;
}

static void timer_end(struct inode *inode)
{
    struct timerfd *timer = list_entry(inode, struct timerfd, inode);

    timer_remove(&timer->timer);
    object_free(&cache, timer);
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_VOID,
    .may_open = inode_may_not_open,
    .read = timer_read,
    .poll = timer_poll,
    .end = timer_end,
};

struct file *timerfd_create(int clock, int flags)
{
    struct timerfd *t = object_alloc(&cache);

    if (t == NULL) {
        return NULL;
    }
    t->clock = clock;
    t->timer.fire = fire;
    wait_queue_init(&t->readers);
    inode_init_anonymous(&t->inode, "anon_inode:[timerfd]", &operations);
    struct place place = {.inode = &t->inode};
    struct file *file = file_create(place, O_RDWR | (flags & O_NONBLOCK));
    if (file == NULL) {
        object_free(&cache, t);
    }
    return file;
}

bool file_is_timerfd(const struct file *file)
{
    return file->inode->operations == &operations;
}

int timerfd_clock(const struct file *file)
{
    return of(file)->clock;
}

void timerfd_get(struct file *file, uint64_t *left, uint64_t *interval)
{
    struct timerfd *t = of(file);

    go_on(t);
    *interval = t->interval;
    *left = timer_is_set(&t->timer)
                ? (uint64_t)(t->deadline - (int64_t)clock_nanoseconds())
                : 0;
}

void timerfd_set(struct file *file, const struct timerfd_setting *setting)
{
    struct timerfd *t = of(file);

    timer_remove(&t->timer);
    t->ticks = 0;
    t->has_fired = false;
    t->deadline = setting->deadline;
    t->interval = setting->interval;
    if (setting->is_set) {
        start(t);
    }
}
