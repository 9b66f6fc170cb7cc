/* Signals: who gets one, and when. */
#include "kernel/process/signal.h"

#include "kernel/abi/siginfo.h"
#include "kernel/abi/wait.h"
#include "kernel/process/stop.h"

#define SIGNAL_NAME(number, name, meaning) [number] = #name,

static const char *const names[] = {SIGNALS(SIGNAL_NAME)};

/* What a program that does not say otherwise does not notice. */
#define IGNORED_BY_DEFAULT                                                     \
    (signal_bit(SIGCHLD) | signal_bit(SIGCONT) | signal_bit(SIGURG) |          \
     signal_bit(SIGWINCH))

const char *signal_name(int signal)
{
    if (signal <= 0 || (size_t)signal >= ARRAY_COUNT(names)) {
        return "real-time signal";
    }
    return names[signal];
}

void signal_inherit(struct process *child, const struct process *parent)
{
    child->signals = parent->signals;
    child->signals.queue.count = 0;
    child->blocked = parent->blocked;
}

void signal_exec(struct process *process)
{
    struct signal_stack *stack = &process->signals.stack;

    for (int i = 0; i < SIGNAL_MAX; i++) {
        struct signal_action *action = &process->signals.actions[i];
        bool is_ignored = action->handler == SIG_IGN;
        *action = (struct signal_action){
            .handler = is_ignored ? SIG_IGN : SIG_DFL,
        };
    }
    *stack = (struct signal_stack){.flags = stack->flags};
}

static bool is_ignored(const struct process *process, int signal)
{
    uaddr_t handler = process->signals.actions[signal - 1].handler;

    if (handler == SIG_DFL) {
        return process->pid == PROCESS_FIRST_PID ||
               (IGNORED_BY_DEFAULT & signal_bit(signal)) != 0;
    }
    return handler == SIG_IGN;
}

int signal_send_info(struct process *process, const struct signal_info *info)
{
    bool is_blocked = (process->blocked & signal_bit(info->signal)) != 0;

    stop_note_signal(process, info->signal);
    /* What is blocked may be handled by the time that it no longer is. */
    if (process->state == PROCESS_ZOMBIE ||
        (!is_blocked && is_ignored(process, info->signal))) {
        return 0;
    }
    int error =
        signal_queue_put(&process->signals.queue, &process->pending, info);
    if (!is_blocked && process->state == PROCESS_WAITING &&
        process->saved_rsp != 0) {
        process->state = PROCESS_RUNNABLE;
    }
    return error;
}

void signal_send(struct process *process, int signal)
{
    const struct signal_info info = {.signal = signal, .code = SI_KERNEL};

    (void)signal_send_info(process, &info);
}

bool signal_send_ended(const struct process *process)
{
    struct process *parent = process->parent;
    int status = process->wait_status;
    bool has_exited = WIFEXITED(status);
    const struct signal_info info = {
        .signal = SIGCHLD,
        .code = has_exited ? CLD_EXITED : CLD_KILLED,
        .pid = process->pid,
        .uid = process->credentials.user.real,
        .status = has_exited ? WEXITSTATUS(status) : WTERMSIG(status),
    };

    const struct signal_action *action = &parent->signals.actions[SIGCHLD - 1];

    if (action->handler == SIG_IGN) {
        return false;
    }
    (void)signal_send_info(parent, &info);
    return (action->flags & SA_NOCLDWAIT) == 0;
}

bool signal_is_due(struct process *process)
{
    int signal;

    while ((signal = signal_queue_next(process->pending, process->blocked)) !=
           0) {
        if (!is_ignored(process, signal)) {
            return true;
        }
        signal_queue_drop(&process->signals.queue, &process->pending, signal);
    }
    return false;
}

bool signal_is_deadly(const struct process *process)
{
    uint64_t open = process->pending & ~process->blocked;

    for (int signal = 1; signal <= SIGNAL_MAX; signal++) {
        if ((open & signal_bit(signal)) != 0 && !is_ignored(process, signal) &&
            process->signals.actions[signal - 1].handler == SIG_DFL) {
            return true;
        }
    }
    return false;
}

void signal_set_action(struct process *process, int signal,
                       const struct signal_action *action)
{
    process->signals.actions[signal - 1] = *action;
    if (is_ignored(process, signal)) {
        signal_queue_drop(&process->signals.queue, &process->pending, signal);
    }
}

void signal_set_blocked(struct process *process, uint64_t blocked)
{
    process->blocked = blocked & ~SIGNALS_UNBLOCKABLE;
}
