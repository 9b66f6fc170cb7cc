/* Users: how many threads each has, for RLIMIT_NPROC. */
#pragma once

#include "kernel/lib.h"

struct process;

struct user {
    uint32_t uid;       /* real */
    unsigned threads;   /* of its processes, zombies too */
    unsigned processes; /* that name it */
    struct list all;
};

/* PROCESS, with its THREADS threads, is UID's from now on, whoever's it was.
 * Returns 0, or -EAGAIN when there is no memory. */
int user_take_process(struct process *process, uint32_t uid) MUST_CHECK;

/* PROCESS, which has no threads any more, is nobody's. */
void user_drop_process(struct process *process);

/* May the running process have one thread more? Root's always may. */
bool user_may_add_thread(void);
