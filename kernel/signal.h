/* Signals: what a program is told, and what becomes of it. */
#pragma once

#include "kernel/process.h"

/* Why a signal came: what Linux puts into siginfo_t. */
struct signal_info {
    int signal;
    int code;        /* SEGV_*, FPE_*, ... */
    uaddr_t address; /* of a fault */
};

/* SIGNAL's bit in a set, as the kernel and programs keep them. */
static inline uint64_t signal_bit(int signal)
{
    return BIT(signal - 1);
}

/* The name of SIGNAL, as "SIGSEGV". */
const char *signal_name(int signal);

/* The running program did in FRAME what INFO says: it is ended with a report
 * in the log. */
void signal_fault(struct trap_frame *frame, const struct signal_info *info);

/* A child is born with its parent's dispositions and mask. */
void signal_inherit(struct process *child, const struct process *parent);

/* A new program handles nothing yet; what was ignored stays ignored. */
void signal_exec(struct process *process);

/* Sends SIGNAL to PROCESS. It acts when PROCESS next goes to ring 3. */
void signal_send(struct process *process, int signal);

/* Acts on the running process' pending signals, on its way to ring 3. */
void signal_deliver(struct trap_frame *frame);
