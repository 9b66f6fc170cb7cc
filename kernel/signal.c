/* Signals: a program that did wrong, or was told to end. */
#include "kernel/signal.h"

#include "kernel/abi/siginfo.h"
#include "kernel/abi/signal.h"
#include "kernel/fault_report.h"
#include "kernel/lib/bits.h"

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

void signal_fault(struct trap_frame *frame, const struct signal_info *info)
{
    fault_report(frame, info);
    process_exit(info->signal);
}

void signal_inherit(struct process *child, const struct process *parent)
{
    child->signals = parent->signals;
    child->blocked = parent->blocked;
}

void signal_exec(struct process *process)
{
    for (int i = 0; i < SIGNAL_MAX; i++) {
        struct signal_action *action = &process->signals.actions[i];
        bool is_ignored = action->handler == SIG_IGN;
        *action = (struct signal_action){
            .handler = is_ignored ? SIG_IGN : SIG_DFL,
        };
    }
}

static bool is_ignored(const struct process *process, int signal)
{
    uaddr_t handler = process->signals.actions[signal - 1].handler;

    return handler == SIG_IGN ||
           (handler == SIG_DFL &&
            (IGNORED_BY_DEFAULT & signal_bit(signal)) != 0);
}

void signal_send(struct process *process, int signal)
{
    if (process->state == PROCESS_ZOMBIE || is_ignored(process, signal)) {
        return;
    }
    process->pending |= signal_bit(signal);
    if (process->state == PROCESS_WAITING) {
        process->state = PROCESS_RUNNABLE;
    }
}

void signal_deliver(struct trap_frame *frame)
{
    struct process *process = process_current();
    uint64_t acting = process->pending & ~process->blocked;

    (void)frame;
    if (acting != 0) {
        process_exit(__builtin_ctzll(acting) + 1);
    }
}
