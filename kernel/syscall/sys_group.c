/* Process groups and sessions. */
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/syscall.h"

/* The process that PID names, 0 for the caller, or NULL. */
static struct process *named(int pid)
{
    return pid == 0 ? process_current() : process_find(pid);
}

int64_t sys_getpgid(int pid)
{
    const struct process *process = named(pid);
    return process != NULL ? process->group : -ESRCH;
}

int64_t sys_getsid(int pid)
{
    const struct process *process = named(pid);
    return process != NULL ? process->session : -ESRCH;
}

int64_t sys_setsid(void)
{
    struct process *process = process_current();
    int error = session_begin(process);

    return error != 0 ? error : process->session;
}

/* May the caller move PROCESS to another group: itself, or a child that has
 * not become a program of its own? */
static int may_move(const struct process *process)
{
    const struct process *caller = process_current();

    if (process != caller && process->parent != caller) {
        return -ESRCH;
    }
    if (process != caller && process->session != caller->session) {
        return -EPERM;
    }
    if (process != caller && process->has_executed) {
        return -EACCES;
    }
    return process->session == process->pid ? -EPERM : 0;
}

int64_t sys_setpgid(int pid, int group)
{
    struct process *process = named(pid);

    if (group < 0) {
        return -EINVAL;
    }
    if (process == NULL) {
        return -ESRCH;
    }
    int error = may_move(process);
    if (error != 0) {
        return error;
    }
    int wanted = group != 0 ? group : process->pid;
    if (wanted != process->pid &&
        group_session(wanted) != process_current()->session) {
        return -EPERM;
    }
    group_join(process, wanted);
    return 0;
}
