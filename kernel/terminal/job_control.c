/* Whose the console is. */
#include "kernel/terminal/job_control.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "mm/user_copy.h"

#define STEAL   1 /* TIOCSCTTY: also from another session */

#define NOBODYS 0 /* no session that has a terminal has this number */

static int session = NOBODYS;
static int foreground; /* a group; counts while there is a session */

static bool has_terminal(void)
{
    return process_current()->has_terminal;
}

/* The console is nobody's any more. */
static void give_up(void)
{
    session_lose_terminal(session);
    session = NOBODYS;
}

static void hang_up(void)
{
    ASSERT_CMP(session, !=, NOBODYS);
    group_send(foreground, SIGHUP);
    group_send(foreground, SIGCONT);
    give_up();
}

void terminal_leader_ends(const struct process *leader)
{
    if (leader->has_terminal) {
        hang_up();
    }
}

int terminal_foreground(const struct process *process)
{
    return process->has_terminal ? foreground : GROUP_NONE;
}

void job_control_interrupt(int signal)
{
    if (session != NOBODYS) {
        group_send(foreground, signal);
    }
}

static bool ignores(const struct process *process, int signal)
{
    return (thread_current()->signals.blocked & signal_bit(signal)) != 0 ||
           process->actions->of[signal - 1].handler == SIG_IGN;
}

int job_control_check(int signal)
{
    const struct process *process = process_current();

    if (!process->has_terminal || process->group == foreground) {
        return 0;
    }
    if (ignores(process, signal)) {
        return signal == SIGTTIN ? -EIO : 0;
    }
    if (group_is_orphaned(process->group, NULL)) {
        return -EIO;
    }
    group_send(process->group, signal);
    thread_current()->has_signal = true; /* another thread's, it may be */
    return -ERESTARTSYS;
}

int64_t job_control_take(uint64_t steals)
{
    struct process *process = process_current();
    bool is_leader = process->session == process->pid;

    if (is_leader && process->session == session) {
        return 0;
    }
    if (!is_leader || process->has_terminal) {
        return -EPERM;
    }
    if (session != NOBODYS) {
        if (steals != STEAL ||
            !credentials_are_privileged(&process->credentials)) {
            return -EPERM;
        }
        give_up();
    }
    session = process->session;
    foreground = process->group;
    process->has_terminal = true;
    return 0;
}

int64_t job_control_leave(void)
{
    struct process *process = process_current();

    if (!process->has_terminal) {
        return -ENOTTY;
    }
    if (process->session == process->pid) {
        hang_up();
    }
    process->has_terminal = false;
    return 0;
}

int64_t job_control_get_session(uaddr_t to)
{
    return has_terminal() ? copy_to_user(to, &session, sizeof(session))
                          : -ENOTTY;
}

int64_t job_control_get_group(uaddr_t to)
{
    return has_terminal() ? copy_to_user(to, &foreground, sizeof(foreground))
                          : -ENOTTY;
}

/* The session of the group that is called GROUP or, as on Linux, of the
 * process. */
static int session_of(int group)
{
    const struct process *process = process_find(group);
    int found = group_session(group);

    return found == GROUP_NONE && process != NULL ? process->session : found;
}

int64_t job_control_set_group(uaddr_t from)
{
    int group;
    int error = job_control_check(SIGTTOU);

    if (error != 0) {
        return error == -EIO ? -ENOTTY : error;
    }
    error = copy_from_user(&group, from, sizeof(group));
    if (error != 0) {
        return error;
    }
    if (group < 0) {
        return -EINVAL;
    }
    if (!has_terminal()) {
        return -ENOTTY;
    }
    int owner = group != 0 ? session_of(group) : GROUP_NONE;
    if (owner == GROUP_NONE) {
        return -ESRCH;
    }
    if (owner != session) {
        return -EPERM;
    }
    foreground = group;
    return 0;
}
