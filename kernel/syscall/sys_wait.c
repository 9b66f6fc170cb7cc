/* What becomes of children: wait4 and waitid. */
#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/abi/wait.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/sys_usage.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

/* Options of both calls that say which children are meant. */
#define WHICH_CHILDREN (__WNOTHREAD | __WCLONE | __WALL)

#define WAIT4_OPTIONS  (WNOHANG | WUNTRACED | WCONTINUED | WHICH_CHILDREN)
#define WAITID_EVENTS  (WEXITED | WSTOPPED | WCONTINUED)
#define WAITID_OPTIONS (WNOHANG | WNOWAIT | WAITID_EVENTS | WHICH_CHILDREN)

struct call {
    int which; /* P_ALL, P_PID or P_PGID */
    int id;
    uint32_t options;
};

/* What there is to tell of a child. */
struct news {
    int pid; /* 0: nothing has happened */
    int word;
    uint32_t user;
    struct usage used; /* by the child, and those that it waited for */
};

static bool is_meant(const struct process *child, const struct call *call)
{
    bool is_clone = child->exit_signal != SIGCHLD;

    if (child->parent != process_current() ||
        ((call->options & __WALL) == 0 &&
         is_clone != ((call->options & __WCLONE) != 0))) {
        return false;
    }
    return call->which == P_ALL ||
           call->id == (call->which == P_PID ? child->pid : child->group);
}

/* Has CHILD changed in a way that CALL asks for and nobody was told of? */
static bool has_news(const struct process *child, const struct call *call)
{
    const uint32_t options = call->options;

    return ((options & WEXITED) != 0 && child->is_zombie) ||
           ((options & WUNTRACED) != 0 && child->stop_signal != 0) ||
           ((options & WCONTINUED) != 0 && child->is_continued);
}

static struct process *find_child(const struct call *call, bool *has_child)
{
    if (call->which == P_PID) {
        struct process *named = process_find(call->id);
        *has_child = named != NULL && is_meant(named, call);
        return *has_child && has_news(named, call) ? named : NULL;
    }
    *has_child = false;
    list_for_each(node, &process_current()->children)
    {
        struct process *child = list_entry(node, struct process, siblings);
        if (!is_meant(child, call)) {
            continue;
        }
        *has_child = true;
        if (has_news(child, call)) {
            return child;
        }
    }
    return NULL;
}

/* CHILD's news, which are told by that unless CALL only looks. */
static struct news take_news(struct process *child, const struct call *call)
{
    bool takes = (call->options & WNOWAIT) == 0;
    struct news news = {
        .pid = child->pid,
        .word = child->wait_status,
        .user = child->credentials.user.real,
        .used = usage_of_process(child),
    };

    usage_add(&news.used, &child->used_children);
    if (child->is_zombie) {
        if (takes) {
            usage_add(&process_current()->used_children, &news.used);
            process_reap(child);
        }
    } else if (child->stop_signal != 0 && (call->options & WUNTRACED) != 0) {
        news.word = child->stop_signal << WAIT_EXIT_SHIFT | WAIT_STOPPED;
        child->stop_signal = takes ? 0 : child->stop_signal;
    } else {
        news.word = WAIT_CONTINUED;
        child->is_continued = child->is_continued && !takes;
    }
    return news;
}

/* Returns 0, with no pid in *NEWS if nothing has happened and CALL does not
 * wait, or -EXXX. */
static int wait_for(const struct call *call, struct news *news)
{
    *news = (struct news){0};
    for (;;) {
        bool has_child;
        struct process *child = find_child(call, &has_child);
        if (child != NULL) {
            *news = take_news(child, call);
            return 0;
        }
        if (!has_child) {
            return -ECHILD;
        }
        if ((call->options & WNOHANG) != 0) {
            return 0;
        }
        int error = thread_wait(&process_current()->child_news);
        if (error != 0) {
            return error;
        }
    }
}

static int put_usage(uaddr_t to, enum time_layout layout,
                     const struct news *news)
{
    return to != 0 ? usage_put(to, layout, &news->used) : 0;
}

/* Whom wait4's PID means: a child, all (-1), the caller's group (0), or the
 * group -PID. */
static struct call call_of(int pid, uint32_t options)
{
    if (pid > 0) {
        return (struct call){P_PID, pid, options};
    }
    if (pid == -1) {
        return (struct call){P_ALL, 0, options};
    }
    return (struct call){P_PGID, pid != 0 ? -pid : process_current()->group,
                         options};
}

static int64_t wait4(int pid, uaddr_t status, uint32_t options, uaddr_t usage,
                     enum time_layout layout)
{
    struct news news;

    if ((options & ~WAIT4_OPTIONS) != 0) {
        return -EINVAL;
    }
    if (pid == INT32_MIN) { /* no group can have its number */
        return -ESRCH;
    }
    const struct call call = call_of(pid, options | WEXITED);
    int error = wait_for(&call, &news);
    if (error != 0 || news.pid == 0) {
        return error;
    }
    if (status != 0 &&
        copy_to_user(status, &news.word, sizeof(news.word)) != 0) {
        return -EFAULT;
    }
    return put_usage(usage, layout, &news) != 0 ? -EFAULT : news.pid;
}

int64_t sys_wait4(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait4(pid, status, (uint32_t)options, usage, TIMEVAL_64);
}

int64_t sys_wait4_32(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait4(pid, status, (uint32_t)options, usage, TIMEVAL_32);
}

/* Checks CALL of waitid, and puts the caller's group for 0. */
static int check_call(struct call *call)
{
    if ((call->options & ~WAITID_OPTIONS) != 0 ||
        (call->options & WAITID_EVENTS) == 0) {
        return -EINVAL;
    }
    switch (call->which) {
    case P_ALL:
        return 0;
    case P_PID:
        return call->id > 0 ? 0 : -EINVAL;
    case P_PGID:
        if (call->id == 0) {
            call->id = process_current()->group;
        }
        return call->id > 0 ? 0 : -EINVAL;
    case P_PIDFD: /* there are none */
        return call->id >= 0 ? -EBADF : -EINVAL;
    default:
        return -EINVAL;
    }
}

/* NEWS as SIGCHLD tells them. */
static struct signal_info to_info(const struct news *news)
{
    struct signal_info info = {
        .signal = SIGCHLD,
        .pid = news->pid,
        .uid = news->user,
    };

    if (news->pid == 0) {
        info.signal = 0;
    } else if (news->word == WAIT_CONTINUED) {
        info.code = CLD_CONTINUED;
        info.status = SIGCONT;
    } else if (WIFSTOPPED(news->word)) {
        info.code = CLD_STOPPED;
        info.status = WSTOPSIG(news->word);
    } else {
        bool has_exited = WIFEXITED(news->word);
        info.code = has_exited ? CLD_EXITED : CLD_KILLED;
        info.status =
            has_exited ? WEXITSTATUS(news->word) : WTERMSIG(news->word);
    }
    return info;
}

/* The fields of siginfo_t that waitid writes: the first three words, and three
 * more at OFFSET. As on Linux they are written whatever ERROR is. */
static int put_info(uaddr_t to, size_t offset, const struct news *news)
{
    const struct signal_info info = to_info(news);
    const int32_t first[] = {info.signal, 0, info.code};
    const int32_t second[] = {info.pid, (int32_t)info.uid, info.status};

    if (copy_to_user(to, first, sizeof(first)) != 0) {
        return -EFAULT;
    }
    return copy_to_user(to + offset, second, sizeof(second));
}

/* Where waitid's answers go. */
struct answers {
    uaddr_t info;
    size_t offset; /* of si_pid in it */
    uaddr_t usage;
    enum time_layout layout;
};

static int64_t waitid(struct call call, const struct answers *to)
{
    struct news news = {0};
    int error = check_call(&call);

    if (error == 0) {
        error = wait_for(&call, &news);
    }
    if (news.pid != 0 && put_usage(to->usage, to->layout, &news) != 0) {
        return -EFAULT;
    }
    if (to->info != 0 && put_info(to->info, to->offset, &news) != 0) {
        return -EFAULT;
    }
    return error;
}

int64_t sys_waitid(int which, int id, uaddr_t info, int options, uaddr_t usage)
{
    const struct answers to = {
        .info = info,
        .offset = offsetof(struct siginfo_64, si_pid),
        .usage = usage,
        .layout = TIMEVAL_64,
    };
    return waitid((struct call){which, id, (uint32_t)options}, &to);
}

int64_t sys_waitid_32(int which, int id, uaddr_t info, int options,
                      uaddr_t usage)
{
    const struct answers to = {
        .info = info,
        .offset = offsetof(struct siginfo_32, si_pid),
        .usage = usage,
        .layout = TIMEVAL_32,
    };
    return waitid((struct call){which, id, (uint32_t)options}, &to);
}
