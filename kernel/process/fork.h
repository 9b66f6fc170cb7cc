/* New processes and threads: clone. A process has a copy of its parent's
 * memory, or it together with the parent (CLONE_VM), or on loan as by vfork,
 * where the parent waits until the child has a program of its own or ends. */
#pragma once

#include "kernel/process/process.h"

/* On the stack of the thread that has lent, and waits. */
struct loan {
    bool is_over;
    struct wait_queue over;
};

/* The thread-local storage of a new thread, CLONE_SETTLS: a base for FS, or a
 * descriptor of the GDT. */
struct clone_tls {
    bool is_descriptor;
    unsigned index; /* of the descriptor: 0 to GDT_TLS_COUNT - 1 */
    uint64_t value;
};

struct clone_request {
    uint64_t flags;     /* CLONE_* */
    int exit_signal;    /* of a process: what its end sends the parent, or 0 */
    uaddr_t stack;      /* or 0: its parent's */
    uaddr_t parent_tid; /* CLONE_PARENT_SETTID */
    uaddr_t child_tid;  /* CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID */
    struct clone_tls tls;
};

/* Makes what REQUEST says, which goes on as FRAME says. Its flags fit each
 * other, and are all that Brix has. Returns the new tid, with CLONE_VFORK when
 * the loan is over, or -EAGAIN, -ENOMEM, or -EINTR for one that is killed. */
int process_clone(const struct trap_frame *frame,
                  const struct clone_request *request) MUST_CHECK;

/* THREAD does not use what it has on loan, if it has, any more. */
void thread_end_loan(struct thread *thread);
