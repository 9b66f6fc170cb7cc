/* What each process keeps about signals. */
#pragma once

#include "kernel/abi/signal.h"
#include "kernel/lib/types.h"

/* What a program wants done with a signal. */
struct signal_action {
    uaddr_t handler; /* or SIG_DFL or SIG_IGN */
    uint64_t flags;  /* SA_* */
    uaddr_t restorer;
    uint64_t mask; /* blocked while the handler runs */
};

struct signal_state {
    struct signal_action actions[SIGNAL_MAX]; /* of signal n at n - 1 */
};
