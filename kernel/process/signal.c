/* Signals: who gets one, and when. */
#include "kernel/process/signal.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/siginfo.h"
#include "kernel/abi/wait.h"
#include "kernel/file.h"
#include "kernel/process/process_record.h"
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

static bool is_ignored(const struct process *process, int signal)
{
    uaddr_t handler = process->actions->of[signal - 1].handler;

    if (handler == SIG_DFL) {
        return process->pid == PROCESS_FIRST_PID ||
               (IGNORED_BY_DEFAULT & signal_bit(signal)) != 0;
    }
    return handler == SIG_IGN;
}

/* May THREAD act on SIGNAL at once? */
static bool may_act(const struct thread *thread, int signal)
{
    return thread->state != THREAD_ENDED &&
           (thread->signals.blocked & signal_bit(signal)) == 0;
}

/* The thread of PROCESS that acts on SIGNAL: the leader if it may. NULL while
 * all block it. */
static struct thread *choose_thread(const struct process *process, int signal)
{
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        if (may_act(thread, signal)) {
            return thread;
        }
    }
    return NULL;
}

/* Wakes who waits for SIGNAL, which no handler will see. */
static void wake_awaiting(const struct process *process, int signal)
{
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        if ((thread->signals.awaited & signal_bit(signal)) != 0) {
            thread_wake(thread);
        }
    }
}

/* THREAD has to act on something. */
static void notify(struct thread *thread)
{
    thread->has_signal = true;
    thread_wake(thread);
}

/* Keeps INFO in QUEUE, and has THREAD, unless that is NULL, act on it. What
 * nobody acts on now may be handled by the time that it no longer is blocked.
 */
static int send(struct process *process, struct signal_queue *queue,
                struct thread *thread, const struct signal_info *info)
{
    bool is_awaited = thread != NULL &&
                      (thread->signals.awaited & signal_bit(info->signal)) != 0;

    if (thread != NULL && !is_awaited && is_ignored(process, info->signal)) {
        process_record_signal(thread, info);
        return 0;
    }
    int error = signal_queue_put(queue, info);
    wake_awaiting(process, info->signal);
    if (!wait_queue_is_empty(&process->signal_news)) {
        thread_wake_all(&process->signal_news);
    }
    if (thread != NULL && !is_awaited) {
        notify(thread);
    }
    return error;
}

int signal_send_info(struct process *process, const struct signal_info *info)
{
    stop_note_signal(process, info->signal);
    if (process->is_zombie) {
        return 0;
    }
    return send(process, &process->signals,
                choose_thread(process, info->signal), info);
}

int signal_send_thread(struct thread *thread, const struct signal_info *info)
{
    stop_note_signal(thread->process, info->signal);
    if (thread->state == THREAD_ENDED) {
        return 0;
    }
    return send(thread->process, &thread->signals.queue,
                may_act(thread, info->signal) ? thread : NULL, info);
}

void signal_send(struct process *process, int signal)
{
    const struct signal_info info = {.signal = signal, .code = SI_KERNEL};

    (void)signal_send_info(process, &info);
}

/* The running thread has done what SIGNAL is for. */
static void send_self(int signal)
{
    const struct process *process = process_current();
    const struct signal_info info = {
        .signal = signal,
        .code = SI_USER,
        .pid = process->pid,
        .uid = process->credentials.user.real,
    };

    (void)signal_send_thread(thread_current(), &info);
}

void file_broken_pipe(void)
{
    send_self(SIGPIPE);
}

int file_limit_end(uint64_t start, uint64_t *end)
{
    uint64_t limit = process_current()->limits[RLIMIT_FSIZE].current;
    uint64_t largest = MIN(limit, (uint64_t)INT64_MAX);

    if (start >= largest) {
        if (start >= limit) {
            send_self(SIGXFSZ);
        }
        return -EFBIG;
    }
    *end = MIN(*end, largest);
    return 0;
}

bool signal_send_ended(const struct process *process)
{
    struct process *parent = process->parent;
    int status = process->wait_status;
    bool has_exited = WIFEXITED(status);
    const struct signal_info info = {
        .signal = process->exit_signal,
        .code = has_exited ? CLD_EXITED : CLD_KILLED,
        .pid = process->pid,
        .uid = process->credentials.user.real,
        .status = has_exited ? WEXITSTATUS(status) : WTERMSIG(status),
    };

    const struct signal_action *action = &parent->actions->of[SIGCHLD - 1];
    bool is_unwanted = info.signal == SIGCHLD && action->handler == SIG_IGN;

    if (info.signal != 0 && !is_unwanted) {
        (void)signal_send_info(parent, &info);
    }
    return info.signal != SIGCHLD ||
           (!is_unwanted && (action->flags & SA_NOCLDWAIT) == 0);
}

uint64_t signal_pending(const struct thread *thread)
{
    return thread->signals.queue.set | thread->process->signals.set;
}

/* As on Linux, those that were sent to it alone come first. */
static int first_open(const struct thread *thread)
{
    uint64_t blocked = thread->signals.blocked;

    if ((signal_pending(thread) & ~blocked) == 0) {
        return 0;
    }
    int signal = signal_queue_next(&thread->signals.queue, blocked);
    return signal != 0 ? signal
                       : signal_queue_next(&thread->process->signals, blocked);
}

int signal_find(const struct thread *thread, uint64_t set)
{
    int signal = signal_queue_next(&thread->signals.queue, ~set);

    return signal != 0 ? signal
                       : signal_queue_next(&thread->process->signals, ~set);
}

struct signal_info signal_take(struct thread *thread, int signal)
{
    bool is_own = (thread->signals.queue.set & signal_bit(signal)) != 0;
    struct signal_info info = signal_queue_take(
        is_own ? &thread->signals.queue : &thread->process->signals, signal);

    if (info.code == SI_TIMER) {
        info.uid = (uint32_t)process_timer_taken(thread->process, info.pid);
    }
    return info;
}

int signal_next(struct thread *thread)
{
    int signal;

    while ((signal = first_open(thread)) != 0 &&
           is_ignored(thread->process, signal)) {
        struct signal_info info = signal_take(thread, signal);
        process_record_signal(thread, &info);
    }
    thread->has_signal =
        signal != 0 || thread->must_end || thread->process->is_stopped;
    return signal;
}

bool signal_is_deadly(const struct thread *thread)
{
    const struct process *process = thread->process;
    uint64_t open = signal_pending(thread) & ~thread->signals.blocked;

    if (thread->must_end || open == 0) {
        return thread->must_end;
    }
    for (int signal = 1; signal <= SIGNAL_MAX; signal++) {
        if ((open & signal_bit(signal)) != 0 && !is_ignored(process, signal) &&
            process->actions->of[signal - 1].handler == SIG_DFL) {
            return true;
        }
    }
    return false;
}

void signal_set_action(struct process *process, int signal,
                       const struct signal_action *action)
{
    signal_actions_set(process->actions, signal, action);
    if (!is_ignored(process, signal)) {
        return;
    }
    signal_queue_drop(&process->signals, signal);
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        signal_queue_drop(&thread->signals.queue, signal);
        (void)signal_next(thread);
    }
}

void signal_hand_over(const struct thread *thread, uint64_t signals)
{
    struct process *process = thread->process;

    if ((process->signals.set & signals) == 0) {
        return;
    }
    list_for_each(node, &process->threads)
    {
        struct thread *other = list_entry(node, struct thread, siblings);
        uint64_t open = ~other->signals.blocked & signals;
        if (other != thread && (process->signals.set & open) != 0 &&
            other->state != THREAD_ENDED) {
            notify(other);
        }
    }
}

void signal_set_blocked(struct thread *thread, uint64_t blocked)
{
    const uint64_t added = blocked & ~thread->signals.blocked;

    thread->signals.blocked = blocked & ~SIGNALS_UNBLOCKABLE;
    (void)signal_next(thread);
    signal_hand_over(thread, added);
}
