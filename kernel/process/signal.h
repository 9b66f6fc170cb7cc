/* Signals: what a program is told, and what becomes of it. */
#pragma once

#include "kernel/process/process.h"

/* A system call's answer when a signal came before it had done anything: begun
 * again behind a handler with SA_RESTART, else -EINTR. Programs never see it.
 */
#define ERESTARTSYS         512

/* The signals that can't be handled, ignored or blocked. */
#define SIGNALS_UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))

/* The name of SIGNAL, as "SIGSEGV". */
const char *signal_name(int signal);

/* The running program did in FRAME, an exception's, what INFO says. Its handler
 * is run by signal_deliver; without one, or when it can't be run now, the
 * program is ended with a report in the log. */
void signal_fault(struct trap_frame *frame, const struct signal_info *info);

/* The same for what the kernel finds wrong, with no exception. */
void signal_force(struct trap_frame *frame, const struct signal_info *info);

/* A child is born with its parent's dispositions, mask and stack. */
void signal_inherit(struct process *child, const struct process *parent);

/* A new program handles nothing yet; what was ignored stays ignored. */
void signal_exec(struct process *process);

/* Sends SIGNAL, or what INFO says, to PROCESS. It acts when PROCESS next goes
 * to ring 3. Returns 0, or -EAGAIN when there is no room to keep INFO. */
void signal_send(struct process *process, int signal);
int signal_send_info(struct process *process, const struct signal_info *info);

/* Tells the parent of PROCESS, which has ended. Returns whether the parent can
 * ask for it: not one that ignores SIGCHLD or has set SA_NOCLDWAIT. */
bool signal_send_ended(const struct process *process);

/* Is there a signal for PROCESS that runs a handler or ends it? Drops those
 * that do nothing. */
bool signal_is_due(struct process *process);

/* Is there one that ends PROCESS and that it can do nothing about? */
bool signal_is_deadly(const struct process *process);

/* Replaces the action for SIGNAL. What is pending goes if it is ignored now. */
void signal_set_action(struct process *process, int signal,
                       const struct signal_action *action);

/* Replaces the mask of blocked signals. */
void signal_set_blocked(struct process *process, uint64_t blocked);

/* Acts on the running process' pending signals, on its way to ring 3. */
void signal_deliver(struct trap_frame *frame);
