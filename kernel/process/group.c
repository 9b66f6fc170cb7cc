/* Process groups and sessions. */
#include "kernel/process/group.h"

#include "kernel/abi/errno.h"
#include "kernel/process/signal.h"

int group_session(int group)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->group == group) {
            return p->session;
        }
    }
    return GROUP_NONE;
}

void group_send(int group, int signal)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->group == group) {
            signal_send(p, signal);
        }
    }
}

/* Could PROCESS's parent, if it is a shell, continue it? */
static bool has_keeper(const struct process *process)
{
    const struct process *parent = process->parent;

    return parent != NULL && parent->pid != PROCESS_FIRST_PID &&
           parent->group != process->group &&
           parent->session == process->session;
}

bool group_is_orphaned(int group, const struct process *ignored)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        bool counts = p != ignored && !p->is_zombie;
        if (p->group == group && counts && has_keeper(p)) {
            return false;
        }
    }
    return true;
}

static bool has_stopped(int group)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->group == group && p->leader->state == THREAD_STOPPED) {
            return true;
        }
    }
    return false;
}

static void release_orphans(int group, const struct process *ended)
{
    if (has_stopped(group) && group_is_orphaned(group, ended)) {
        group_send(group, SIGHUP);
        group_send(group, SIGCONT);
    }
}

void group_process_ends(const struct process *process)
{
    if (has_keeper(process)) {
        release_orphans(process->group, process);
    }
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        bool was_kept = p->parent == process && p->group != process->group &&
                        p->session == process->session;
        if (was_kept) {
            release_orphans(p->group, p);
        }
    }
}

int session_begin(struct process *process)
{
    if (group_session(process->pid) != GROUP_NONE) {
        return -EPERM;
    }
    process->group = process->pid;
    process->session = process->pid;
    process->has_terminal = false;
    return 0;
}

void session_lose_terminal(int session)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->session == session) {
            p->has_terminal = false;
        }
    }
}
