/* Stopped processes. */
#include "kernel/process/stop.h"

#include "kernel/abi/siginfo.h"
#include "kernel/process/group.h"
#include "kernel/process/signal.h"
#include "kernel/thread.h"

#define STOPPING                                                               \
    (signal_bit(SIGSTOP) | signal_bit(SIGTSTP) | signal_bit(SIGTTIN) |         \
     signal_bit(SIGTTOU))

bool stop_is_default(int signal)
{
    return (STOPPING & signal_bit(signal)) != 0;
}

/* SIGCHLD as CODE, if the parent wants to know, and for one that waits. */
static void tell_parent(const struct process *process, int code, int status)
{
    struct process *parent = process->parent;
    const struct signal_info info = {
        .signal = SIGCHLD,
        .code = code,
        .pid = process->pid,
        .uid = process->credentials.user.real,
        .status = status,
    };

    if (parent == NULL) {
        return;
    }
    thread_wake_all(&parent->child_news);
    const struct signal_action *action = &parent->actions->of[SIGCHLD - 1];
    if (action->handler != SIG_IGN && (action->flags & SA_NOCLDSTOP) == 0) {
        (void)signal_send_info(parent, &info);
    }
}

void stop_by(int signal)
{
    struct process *process = process_current();

    ASSERT(stop_is_default(signal));
    if (signal != SIGSTOP && group_is_orphaned(process->group, NULL)) {
        return;
    }
    process->is_stopped = true;
    process->stop_signal = signal;
    process->is_continued = false;
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        thread->has_signal = true;
        thread_wake(thread);
    }
    tell_parent(process, CLD_STOPPED, signal);
}

void stop_thread(void)
{
    while (process_current()->is_stopped && !thread_current()->must_end) {
        thread_block(THREAD_STOPPED);
    }
}

static void go_on(struct process *process)
{
    ASSERT(process->is_stopped);
    process->is_stopped = false;
    process->stop_signal = 0;
    list_for_each(node, &process->threads)
    {
        thread_continue(list_entry(node, struct thread, siblings));
    }
}

static void drop_from(struct signal_queue *queue, uint64_t signals)
{
    for (uint64_t left = queue->set & signals; left != 0; left &= left - 1) {
        signal_queue_drop(queue, __builtin_ctzll(left) + 1);
    }
}

static void drop(struct process *process, uint64_t signals)
{
    drop_from(&process->signals, signals);
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        drop_from(&thread->signals.queue, signals);
        (void)signal_next(thread);
    }
}

void stop_note_signal(struct process *process, int signal)
{
    bool is_stopped = process->is_stopped;

    if (stop_is_default(signal)) {
        drop(process, signal_bit(SIGCONT));
    } else if (signal == SIGCONT) {
        drop(process, STOPPING);
        if (is_stopped) {
            go_on(process);
            process->is_continued = true;
            tell_parent(process, CLD_CONTINUED, SIGCONT);
        }
    } else if (signal == SIGKILL && is_stopped) {
        go_on(process);
    }
}
