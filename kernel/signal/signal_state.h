/* What processes and threads keep about signals. */
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

/* A process's, which it may share with others. Those that are not in `changed`
 * are all zero. */
struct signal_actions {
    unsigned references;
    uint64_t changed;                    /* a set: what was ever set */
    struct signal_action of[SIGNAL_MAX]; /* of signal n at n - 1 */
};

/* A thread's. */
struct signal_state {
    struct signal_queue queue; /* what was sent to it alone */
    uint64_t blocked;          /* the mask */
    uint64_t awaited;          /* what the thread waits for, blocked or not */
    struct signal_stack stack;

    bool has_saved_mask; /* sigsuspend: what to block after the handler */
    uint64_t saved_mask;

    /* The last exception, as a handler's frame shows it. */
    uint64_t vector;
    uint64_t error;
    uaddr_t cr2;
};

/* New ones, all of them the default or a copy of FROM's, with one reference. Or
 * NULL when there is no memory. */
struct signal_actions *signal_actions_create(void);
struct signal_actions *
signal_actions_copy(const struct signal_actions *from) MUST_CHECK;

/* SIGNAL's is ACTION from now on. */
void signal_actions_set(struct signal_actions *actions, int signal,
                        const struct signal_action *action);

struct signal_actions *signal_actions_get(struct signal_actions *actions);
void signal_actions_put(struct signal_actions *actions);

/* A new program handles nothing yet; what was ignored stays ignored. */
void signal_actions_exec(struct signal_actions *actions);

/* NULL, or the rule that ACTIONS break. */
const char *signal_actions_validate(const struct signal_actions *actions);
