/* Signals sent by programs. There are no process groups and no threads: all
 * processes are one group, and each is its only thread. */
#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/process/process.h"
#include "kernel/process/signal.h"
#include "kernel/syscall/syscall.h"

/* kill's pid for every process but the first and the caller. */
#define PID_ALL   (-1)
#define PID_FIRST 1

/* Sends SIGNAL to PROCESS as CODE, SI_USER or SI_TKILL. 0 only asks whether
 * the process is there. */
static int64_t send(struct process *process, int signal, int code)
{
    const struct signal_info info = {
        .signal = signal,
        .code = code,
        .pid = process_current()->pid,
    };

    if (process == NULL) {
        return -ESRCH;
    }
    if (signal < 0 || signal > SIGNAL_MAX) {
        return -EINVAL;
    }
    if (signal != 0) {
        (void)signal_send_info(process, &info);
    }
    return 0;
}

static bool is_meant(const struct process *process, int pid)
{
    return pid != PID_ALL ||
           (process->pid != PID_FIRST && process != process_current());
}

static int64_t send_to_group(int pid, int signal)
{
    int64_t result = -ESRCH;

    for (struct process *p = process_first(); p != NULL; p = p->next) {
        if (is_meant(p, pid)) {
            result = send(p, signal, SI_USER);
        }
    }
    return result;
}

int64_t sys_kill(int pid, int signal)
{
    if (pid == 0 || pid == PID_ALL) {
        return send_to_group(pid, signal);
    }
    return send(process_find(pid), signal, SI_USER);
}

int64_t sys_tkill(int tid, int signal)
{
    return tid > 0 ? send(process_find(tid), signal, SI_TKILL) : -EINVAL;
}

int64_t sys_tgkill(int pid, int tid, int signal)
{
    if (pid <= 0 || tid <= 0) {
        return -EINVAL;
    }
    return pid == tid ? send(process_find(tid), signal, SI_TKILL) : -ESRCH;
}
