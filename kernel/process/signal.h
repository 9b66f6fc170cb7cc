/* Signals: what a program is told, and what becomes of it. */
#pragma once

#include "kernel/process/process.h"

/* The signals that can't be handled, ignored or blocked. */
#define SIGNALS_UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))

/* May SENDER send a signal to TARGET? */
static inline bool signal_may_send(const struct credentials *sender,
                                   const struct credentials *target)
{
    const struct ids *from = &sender->user;
    const struct ids *to = &target->user;

    return credentials_are_privileged(sender) || from->effective == to->saved ||
           from->effective == to->real || from->real == to->saved ||
           from->real == to->real;
}

/* The name of SIGNAL, as "SIGSEGV". */
const char *signal_name(int signal);

/* The running program did in FRAME, an exception's, what INFO says. Its handler
 * is run by signal_deliver; without one, or when it can't be run now, the
 * program is ended with a report in the log. */
void signal_fault(struct trap_frame *frame, const struct signal_info *info);

/* The same for what the kernel finds wrong, with no exception. */
void signal_force(struct trap_frame *frame, const struct signal_info *info);

/* Sends SIGNAL, or what INFO says, to PROCESS or to THREAD alone. One of the
 * threads acts on it when it next goes to ring 3. Returns 0, or -EAGAIN when
 * there is no room to keep INFO. */
void signal_send(struct process *process, int signal);
int signal_send_info(struct process *process, const struct signal_info *info);
int signal_send_thread(struct thread *thread, const struct signal_info *info);

/* Tells the parent of PROCESS, which has ended, as clone was told. Returns
 * whether the parent can ask for it: not for SIGCHLD one that ignores it or has
 * set SA_NOCLDWAIT. */
bool signal_send_ended(const struct process *process);

/* The signals that have come for THREAD, blocked ones too. */
uint64_t signal_pending(const struct thread *thread);

/* The signal that THREAD has to act on first, or 0. Drops those that do
 * nothing, and says in THREAD's has_signal whether there is something to do. */
int signal_next(struct thread *thread);

/* The first of SET that has come for THREAD, blocked or not, or 0. */
int signal_find(const struct thread *thread, uint64_t set);

/* Takes SIGNAL, which one of these has found, and what is known of it. */
struct signal_info signal_take(struct thread *thread, int signal);

/* Is there one that ends THREAD and that it can do nothing about? */
bool signal_is_deadly(const struct thread *thread);

/* Replaces the action for SIGNAL. What is pending goes if it is ignored now. */
void signal_set_action(struct process *process, int signal,
                       const struct signal_action *action);

/* THREAD will not act on SIGNALS any more. Others of its process do, of those
 * that were sent to the process. */
void signal_hand_over(const struct thread *thread, uint64_t signals);

/* Replaces the mask of blocked signals. */
void signal_set_blocked(struct thread *thread, uint64_t blocked);

/* Acts on the running thread's pending signals, on its way to ring 3. */
void signal_deliver(struct trap_frame *frame);
