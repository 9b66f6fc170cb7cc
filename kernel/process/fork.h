/* Children: vfork, where the child has its parent's memory on loan until it has
 * a program of its own or ends. */
#pragma once

#include "kernel/process/process.h"

/* On the stack of the thread that has lent, and waits. */
struct loan {
    bool is_over;
    struct wait_queue over;
};

/* A child that goes on as FRAME says, on STACK or, if that is 0, its parent's,
 * and has of CLONE_FILES, CLONE_FS and CLONE_SIGHAND in SHARED the parent's.
 * Returns its pid when the loan is over, or -EAGAIN. */
int process_lend(const struct trap_frame *frame, uaddr_t stack,
                 uint64_t shared) MUST_CHECK;

/* PROCESS does not use what it has on loan, if it has, any more. */
void process_end_loan(struct process *process);
