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

void signal_send(struct process *process, int signal)
{
    uint64_t unheard = process->ignored | IGNORED_BY_DEFAULT;

    if (process->state == PROCESS_ZOMBIE ||
        (unheard & signal_bit(signal)) != 0) {
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
