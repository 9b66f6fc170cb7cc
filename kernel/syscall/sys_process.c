/* Birth and end of processes. */
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/wait.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

/* What struct rusage takes: all zero, for nothing is counted. */
#define RUSAGE_SIZE    144
#define RUSAGE_SIZE_32 72

int64_t sys_exit(int status)
{
    process_exit_thread((status & 0xff) << WAIT_EXIT_SHIFT);
}

int64_t sys_exit_group(int status)
{
    process_exit((status & 0xff) << WAIT_EXIT_SHIFT);
}

int64_t sys_getpid(void)
{
    return thread_current()->pid;
}

int64_t sys_gettid(void)
{
    return thread_current()->tid;
}

int64_t sys_sched_yield(void)
{
    thread_yield();
    return 0;
}

int64_t sys_getppid(void)
{
    const struct process *parent = process_current()->parent;
    return parent != NULL ? parent->pid : 0;
}

int64_t sys_set_tid_address(uaddr_t address)
{
    thread_current()->clear_child_tid = address;
    return thread_current()->tid;
}

/* A child of the running process that PID of wait4 means: it, the caller's
 * group, all, or the group -PID. */
static bool is_meant(const struct process *child, int pid)
{
    const struct process *caller = process_current();

    if (child->parent != caller) {
        return false;
    }
    if (pid == 0) {
        return child->group == caller->group;
    }
    return pid == -1 || pid == child->pid || pid == -child->group;
}

/* Has CHILD changed in a way that OPTIONS ask for and nobody was told of? */
static bool has_news(const struct process *child, int options)
{
    return child->is_zombie ||
           ((options & WUNTRACED) != 0 && child->stop_signal != 0) ||
           ((options & WCONTINUED) != 0 && child->is_continued);
}

static struct process *find_child(int pid, int options, bool *has_child)
{
    struct process *named = pid > 0 ? process_find(pid) : NULL;

    if (pid > 0) {
        *has_child = named != NULL && is_meant(named, pid);
        return *has_child && has_news(named, options) ? named : NULL;
    }
    *has_child = false;
    list_for_each(node, &process_current()->children)
    {
        struct process *child = list_entry(node, struct process, siblings);
        if (!is_meant(child, pid)) {
            continue;
        }
        *has_child = true;
        if (has_news(child, options)) {
            return child;
        }
    }
    return NULL;
}

/* The status word for CHILD's news, which are told by it. */
static int take_news(struct process *child)
{
    int word = child->wait_status;

    if (child->is_zombie) {
        process_reap(child);
    } else if (child->stop_signal != 0) {
        word = child->stop_signal << WAIT_EXIT_SHIFT | WAIT_STOPPED;
        child->stop_signal = 0;
    } else {
        word = WAIT_CONTINUED;
        child->is_continued = false;
    }
    return word;
}

static int64_t report_child(struct process *child, uaddr_t status,
                            uaddr_t usage, size_t usage_size)
{
    int pid = child->pid;
    int word = take_news(child);

    if (status != 0 && copy_to_user(status, &word, sizeof(word)) != 0) {
        return -EFAULT;
    }
    if (usage != 0 && clear_user(usage, usage_size) != 0) {
        return -EFAULT;
    }
    return pid;
}

static int64_t wait_for(int pid, uaddr_t status, int options, uaddr_t usage,
                        size_t usage_size)
{
    if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) != 0) {
        return -EINVAL;
    }
    if (pid == INT32_MIN) { /* no group can have its number */
        return -ESRCH;
    }
    for (;;) {
        bool has_child;
        struct process *child = find_child(pid, options, &has_child);
        if (child != NULL) {
            return report_child(child, status, usage, usage_size);
        }
        if (!has_child) {
            return -ECHILD;
        }
        if ((options & WNOHANG) != 0) {
            return 0;
        }
        int error = thread_wait(&process_current()->child_news);
        if (error != 0) {
            return error;
        }
    }
}

int64_t sys_wait4(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait_for(pid, status, options, usage, RUSAGE_SIZE);
}

int64_t sys_wait4_32(int pid, uaddr_t status, int options, uaddr_t usage)
{
    return wait_for(pid, status, options, usage, RUSAGE_SIZE_32);
}
