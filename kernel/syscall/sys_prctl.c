/* prctl: what a process or a thread says of itself. */
#include "kernel/abi/errno.h"
#include "kernel/abi/prctl.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* Nanoseconds that a sleep may take longer, unless a program says other. */
#define TIMER_SLACK 50000

/* Arguments behind the option. */
#define REST        4

static int64_t put_int(uaddr_t to, int value)
{
    return copy_to_user(to, &value, sizeof(value));
}

static int64_t set_name(uaddr_t from)
{
    char *name = thread_current()->name;
    char wanted[THREAD_NAME_MAX] = "";
    int64_t length = copy_string_from_user(wanted, from, sizeof(wanted) - 1);

    if (length < 0 && length != -ENAMETOOLONG) {
        return length;
    }
    memset(name, 0, THREAD_NAME_MAX);
    string_copy(name, wanted, THREAD_NAME_MAX);
    return 0;
}

static int64_t get_name(uaddr_t to)
{
    return copy_to_user(to, thread_current()->name, THREAD_NAME_MAX);
}

static int64_t set_parent_end_signal(uint64_t signal)
{
    if (signal > SIGNAL_MAX) {
        return -EINVAL;
    }
    thread_current()->parent_end_signal = (int)signal;
    return 0;
}

/* FLAG becomes VALUE, which is 0 or 1. */
static int64_t set_flag(bool *flag, uint64_t value)
{
    if (value > 1) {
        return -EINVAL;
    }
    *flag = value != 0;
    return 0;
}

static uint64_t timer_slack(const struct thread *thread)
{
    return thread->timer_slack != 0 ? thread->timer_slack : TIMER_SLACK;
}

/* PR_SET_NO_NEW_PRIVS and its sister want all that they do not know to be 0. */
static bool are_zero(const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i] != 0) {
            return false;
        }
    }
    return true;
}

static int64_t set_no_new_privileges(const uint64_t rest[REST])
{
    if (rest[0] != 1 || !are_zero(&rest[1], REST - 1)) {
        return -EINVAL;
    }
    process_current()->has_no_new_privileges = true;
    return 0;
}

int64_t sys_prctl(int option, uint64_t second, uint64_t third, uint64_t fourth,
                  uint64_t fifth)
{
    struct process *process = process_current();
    struct thread *thread = thread_current();
    const uint64_t rest[REST] = {second, third, fourth, fifth};

    switch (option) {
    case PR_SET_PDEATHSIG:
        return set_parent_end_signal(second);
    case PR_GET_PDEATHSIG:
        return put_int(second, thread->parent_end_signal);
    case PR_GET_DUMPABLE:
        return process->is_dumpable;
    case PR_SET_DUMPABLE:
        return set_flag(&process->is_dumpable, second);
    case PR_GET_KEEPCAPS:
        return process->keeps_capabilities;
    case PR_SET_KEEPCAPS:
        return set_flag(&process->keeps_capabilities, second);
    case PR_GET_TIMING:
    case PR_GET_SECCOMP:
        return 0;
    case PR_SET_TIMING:
        return second == 0 ? 0 : -EINVAL;
    case PR_SET_NAME:
        return set_name(second);
    case PR_GET_NAME:
        return get_name(second);
    case PR_GET_TSC:
        return put_int(second, PR_TSC_ENABLE);
    case PR_SET_TSC:
        return second == PR_TSC_ENABLE ? 0 : -EINVAL;
    case PR_SET_TIMERSLACK:
        thread->timer_slack = (int64_t)second > 0 ? second : 0;
        return 0;
    case PR_GET_TIMERSLACK:
        return (int64_t)timer_slack(thread);
    case PR_SET_CHILD_SUBREAPER:
        process->is_subreaper = second != 0;
        return 0;
    case PR_GET_CHILD_SUBREAPER:
        return put_int(second, process->is_subreaper);
    case PR_SET_NO_NEW_PRIVS:
        return set_no_new_privileges(rest);
    case PR_GET_NO_NEW_PRIVS:
        return are_zero(rest, REST) ? process->has_no_new_privileges : -EINVAL;
    default:
        return -EINVAL;
    }
}
