/* signalfd. */
#include "kernel/process/signalfd.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/abi/siginfo.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process/signal.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

struct signalfd {
    struct inode inode;
    uint64_t mask;
};

static struct object_cache cache = OBJECT_CACHE(cache, struct signalfd);

static struct signalfd *of(const struct file *file)
{
    return list_entry(file->inode, struct signalfd, inode);
}

static struct signalfd_siginfo describe(const struct signal_info *info)
{
    struct signalfd_siginfo to = {
        .ssi_signo = (uint32_t)info->signal,
        .ssi_code = info->code,
    };

    if (info->code == SI_TIMER) {
        to.ssi_tid = (uint32_t)info->pid;
        to.ssi_overrun = info->uid;
        to.ssi_ptr = info->value;
        to.ssi_int = (int32_t)(uint32_t)info->value;
    } else if (info->code < 0 || info->code == SI_USER) {
        to.ssi_pid = (uint32_t)info->pid;
        to.ssi_uid = info->uid;
        to.ssi_ptr = info->value;
        to.ssi_int = (int32_t)(uint32_t)info->value;
    } else if (info->signal == SIGCHLD && info->code != SI_KERNEL) {
        to.ssi_pid = (uint32_t)info->pid;
        to.ssi_uid = info->uid;
        to.ssi_status = info->status;
    } else if (info->code != SI_KERNEL) {
        to.ssi_addr = info->address;
    }
    return to;
}

/* Waits for a signal of MASK. Returns it, or -EXXX. */
static int wait_for(uint64_t mask, int flags)
{
    struct thread *thread = thread_current();
    struct wait_queue *news = &thread->process->signal_news;
    int signal;

    while ((signal = signal_find(thread, mask)) == 0) {
        int error = (flags & O_NONBLOCK) != 0 ? -EAGAIN : thread_wait(news);
        if (error != 0) {
            return error;
        }
    }
    return signal;
}

/* As many as there are and have room; waits for the first alone. */
static int64_t signal_read(struct file *file, uint64_t offset, uaddr_t to,
                           size_t size)
{
    const uint64_t mask = of(file)->mask;
    struct thread *thread = thread_current();
    size_t done = 0;

    (void)offset;
    if (size < sizeof(struct signalfd_siginfo)) {
        return -EINVAL;
    }
    int signal = wait_for(mask, file->flags);
    if (signal < 0) {
        return signal;
    }
    while (signal > 0 && size - done >= sizeof(struct signalfd_siginfo)) {
        const struct signal_info info = signal_take(thread, signal);
        const struct signalfd_siginfo shown = describe(&info);
        (void)signal_next(thread);
        if (copy_to_user(to + done, &shown, sizeof(shown)) != 0) {
            return done == 0 ? -EFAULT : (int64_t)done;
        }
        done += sizeof(shown);
        signal = signal_find(thread, mask);
    }
    return (int64_t)done;
}

static unsigned signal_poll(struct file *file, struct poll *poll)
{
    const struct thread *thread = thread_current();

    poll_watch(poll, file, &thread->process->signal_news);
    return signal_find(thread, of(file)->mask) != 0 ? POLLIN : 0;
}

static void signal_end(struct inode *inode)
{
    object_free(&cache, list_entry(inode, struct signalfd, inode));
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_VOID,
    .may_open = inode_may_not_open,
    .read = signal_read,
    .poll = signal_poll,
    .end = signal_end,
};

struct file *signalfd_create(uint64_t mask, int flags)
{
    struct signalfd *signalfd = object_alloc(&cache);

    if (signalfd == NULL) {
        return NULL;
    }
    signalfd->mask = mask & ~SIGNALS_UNBLOCKABLE;
    inode_init_anonymous(&signalfd->inode, "anon_inode:[signalfd]",
                         &operations);
    struct place place = {.inode = &signalfd->inode};
    struct file *file = file_create(place, O_RDWR | (flags & O_NONBLOCK));
    if (file == NULL) {
        object_free(&cache, signalfd);
    }
    return file;
}

bool file_is_signalfd(const struct file *file)
{
    return file->inode->operations == &operations;
}

void signalfd_set(struct file *file, uint64_t mask)
{
    of(file)->mask = mask & ~SIGNALS_UNBLOCKABLE;
    thread_wake_all(&process_current()->signal_news);
}

void signalfd_process_ends(struct process *process)
{
    struct list *watchers = &process->signal_news.watchers;

    while (!list_is_empty(watchers)) {
        list_remove(watchers->next);
    }
}
