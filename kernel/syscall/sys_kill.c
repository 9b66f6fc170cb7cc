/* Signals sent by programs. */
#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* kill's pid for every process but the first and the caller. */
#define PID_ALL (-1)

static bool may_send(const struct process *process, int signal)
{
    const struct process *caller = process_current();

    return process == caller ||
           signal_may_send(&caller->credentials, &process->credentials) ||
           (signal == SIGCONT && process->session == caller->session);
}

/* Sends SIGNAL to PROCESS, or to THREAD of it alone unless that is NULL. 0 only
 * asks whether it is there. */
static int64_t send_info(struct process *process, struct thread *thread,
                         const struct signal_info *info)
{
    int signal = info->signal;

    if (process == NULL) {
        return -ESRCH;
    }
    if (signal < 0 || signal > SIGNAL_MAX) {
        return -EINVAL;
    }
    if (!may_send(process, signal)) {
        return -EPERM;
    }
    if (signal == 0) {
        return 0;
    }
    int error = thread != NULL ? signal_send_thread(thread, info)
                               : signal_send_info(process, info);
    /* That it came is remembered in any case: who kills is not told. */
    return info->code == SI_USER || info->code == SI_TKILL ? 0 : error;
}

static int64_t send(struct process *process, struct thread *thread, int signal)
{
    const struct signal_info info = {
        .signal = signal,
        .code = thread != NULL ? SI_TKILL : SI_USER,
        .pid = process_current()->pid,
        .uid = process_current()->credentials.user.real,
    };

    return send_info(process, thread, &info);
}

/* Does PID of kill mean PROCESS: all but two, the caller's group, or -PID? */
static bool is_meant(const struct process *process, int pid)
{
    const struct process *caller = process_current();

    if (pid == PID_ALL) {
        return process->pid != PROCESS_FIRST_PID && process != caller;
    }
    return process->group == (pid == 0 ? caller->group : -pid);
}

static int64_t send_to_many(int pid, int signal)
{
    int64_t result = -ESRCH;

    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (!is_meant(p, pid)) {
            continue;
        }
        int64_t error = send(p, NULL, signal);
        if (error == -EPERM && pid == PID_ALL) {
            error = 0; /* as on Linux, where nobody is told */
        }
        result = result == 0 ? 0 : error;
    }
    return result;
}

int64_t sys_kill(int pid, int signal)
{
    if (pid == INT32_MIN) { /* no group can have its number */
        return -ESRCH;
    }
    if (pid <= 0) {
        return send_to_many(pid, signal);
    }
    return send(process_of_thread(pid), NULL, signal);
}

int64_t sys_tkill(int tid, int signal)
{
    struct thread *thread = thread_find(tid);

    if (tid <= 0) {
        return -EINVAL;
    }
    return thread != NULL ? send(thread->process, thread, signal) : -ESRCH;
}

int64_t sys_tgkill(int pid, int tid, int signal)
{
    if (pid <= 0 || tid <= 0) {
        return -EINVAL;
    }
    struct thread *thread = thread_find(tid);
    bool is_there = thread != NULL && thread->pid == pid;

    return is_there ? send(thread->process, thread, signal) : -ESRCH;
}

/* What a program says of SIGNAL that it sends. */
static int get_info(uaddr_t from, enum time_layout layout, int signal,
                    struct signal_info *info)
{
    struct siginfo_64 wide;
    struct siginfo_32 narrow;

    if (layout == TIMESPEC_64) {
        if (copy_from_user(&wide, from, sizeof(wide)) != 0) {
            return -EFAULT;
        }
        *info = (struct signal_info){
            .code = wide.si_code,
            .pid = wide.si_pid,
            .uid = wide.si_uid,
            .value = wide.si_value,
        };
    } else {
        if (copy_from_user(&narrow, from, sizeof(narrow)) != 0) {
            return -EFAULT;
        }
        *info = (struct signal_info){
            .code = narrow.si_code,
            .pid = narrow.si_pid,
            .uid = narrow.si_uid,
            .value = narrow.si_value,
        };
    }
    info->signal = signal;
    return 0;
}

/* Nobody but itself may be told that a signal is the kernel's, or by kill. */
static bool may_say(const struct signal_info *info, int pid)
{
    return (info->code < 0 && info->code != SI_TKILL) ||
           pid == process_current()->pid;
}

int64_t sys_rt_sigqueueinfo(int pid, int signal, uaddr_t from,
                            enum time_layout layout)
{
    struct signal_info info;
    int error = get_info(from, layout, signal, &info);

    if (error != 0) {
        return error;
    }
    return may_say(&info, pid) ? send_info(process_find(pid), NULL, &info)
                               : -EPERM;
}

int64_t sys_rt_tgsigqueueinfo(int pid, int tid, int signal, uaddr_t from,
                              enum time_layout layout)
{
    struct signal_info info;
    int error = get_info(from, layout, signal, &info);
    struct thread *thread = thread_find(tid);

    if (error != 0) {
        return error;
    }
    if (pid <= 0 || tid <= 0) {
        return -EINVAL;
    }
    if (!may_say(&info, pid)) {
        return -EPERM;
    }
    bool is_there = thread != NULL && thread->pid == pid;
    return is_there ? send_info(thread->process, thread, &info) : -ESRCH;
}
