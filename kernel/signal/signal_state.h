/* What each process keeps about signals, beside the sets of those pending and
 * blocked. */
#pragma once

#include "kernel/signal/signal_queue.h"

/* What a program wants done with a signal. */
struct signal_action {
    uaddr_t handler; /* or SIG_DFL or SIG_IGN */
    uint64_t flags;  /* SA_* */
    uaddr_t restorer;
    uint64_t mask; /* blocked while the handler runs */
};

/* In a signal_action's flags: set by int 0x80, so the handler is i386 code. */
#define SIGNAL_ACTION_32 BIT(32)

/* A stack for handlers (sigaltstack); without one, the size is 0. */
struct signal_stack {
    uaddr_t start;
    uint64_t size;
    uint32_t flags; /* SS_* */
};

struct signal_state {
    struct signal_action actions[SIGNAL_MAX]; /* of signal n at n - 1 */
    struct signal_queue queue;                /* what is pending */
    struct signal_stack stack;

    bool has_saved_mask; /* sigsuspend: what to block after the handler */
    uint64_t saved_mask;

    /* The last exception, as a handler's frame shows it. */
    uint64_t vector;
    uint64_t error;
    uaddr_t cr2;
};
