/* Signals that have come and have not been acted on, with what is known of
 * each.
 *
 * A signal below SIGNAL_REALTIME is remembered once, with what was known the
 * first time; the others as often as they come. When there is no room, it is
 * remembered that a signal came, but not why.
 */
#pragma once

#include "kernel/abi/signal.h"
#include "kernel/lib.h"

/* Why a signal came: what Linux puts into siginfo_t. */
struct signal_info {
    int signal;
    int code;        /* SI_*, SEGV_*, FPE_*, ... */
    uaddr_t address; /* of a fault */
    int pid;         /* of the sender, or of the child that ended; a timer */
    uint32_t uid;    /* of the same; how often the timer fired more */
    int status;      /* of that child */
    uint64_t value;  /* of sigqueue */
};

#define SIGNAL_QUEUE_SIZE 16

/* All zero is an empty queue. */
struct signal_queue {
    uint64_t set; /* the signals that have come */
    unsigned count;
    struct signal_info infos[SIGNAL_QUEUE_SIZE]; /* the oldest first */
};

/* SIGNAL's bit in a set, as the kernel and programs keep them. */
static inline uint64_t signal_bit(int signal)
{
    return BIT(signal - 1);
}

/* Remembers INFO. Returns 0, or -EAGAIN when there is no room for more than
 * that its signal came. */
int signal_queue_put(struct signal_queue *queue,
                     const struct signal_info *info);

/* The first signal of QUEUE to act on, of those that are not in BLOCKED: faults
 * come before all others, then the lowest number. 0 if there is none. */
int signal_queue_next(const struct signal_queue *queue, uint64_t blocked);

/* Takes SIGNAL, which is in QUEUE, and what is known of it. */
struct signal_info signal_queue_take(struct signal_queue *queue, int signal);

/* Forgets each SIGNAL in the queue. */
void signal_queue_drop(struct signal_queue *queue, int signal);
