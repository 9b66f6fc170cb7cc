/* Futexes: waiting for a word in a program's memory to change. There is nothing
 * to be made or freed: who waits is in a table, by what its address means.
 *
 * Each returns what Linux's call does, or -EXXX. */
#pragma once

#include "kernel/lib.h"

struct thread;

/* A word of the running program. If it is shared, it may be found by other
 * processes, or at other addresses. The two kinds do not meet. */
struct futex {
    uaddr_t address;
    bool is_shared;
};

#define FUTEX_NO_DEADLINE UINT64_MAX

/* Waits while the word is VALUE, for a wake that has one of BITS, until
 * DEADLINE by clock_nanoseconds. -EAGAIN: it was not VALUE; -ERESTARTSYS when a
 * signal came. */
int64_t futex_wait(struct futex futex, uint32_t value, uint32_t bits,
                   uint64_t deadline) MUST_CHECK;

/* Wakes who waits for one of BITS, COUNT at most, but one at least. */
int64_t futex_wake(struct futex futex, int count, uint32_t bits);

struct futex_move {
    struct futex from;
    struct futex to;
    int wake;      /* at most so many of those at `from` */
    int move;      /* and so many of the others go on waiting at `to` */
    bool compares; /* only if the word at `from` is `expected` */
    uint32_t expected;
};
int64_t futex_requeue(const struct futex_move *move);

/* Changes the word at TO as OPERATION says (FUTEX_OP), wakes COUNT at FROM and,
 * if the word was as OPERATION says, COUNT_TO at TO. */
int64_t futex_wake_op(struct futex from, struct futex to, int count,
                      int count_to, uint32_t operation);

/* The running thread does not hold its robust futexes any more. */
void futex_release_robust(struct thread *thread);
