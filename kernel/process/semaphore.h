/* System V semaphores: sets of them, which live until somebody removes them,
 * and who waits for operations on them.
 *
 *     id -> struct semaphore_set --memory--> struct semaphore ...
 *               |-- waiters:  struct semaphore_call, on their threads' stacks
 *               '-- undos:    struct semaphore_undo <-- struct undo_list
 *                                                           of threads
 *
 * An operation is done by whoever makes it possible, on behalf of who waits for
 * it: first come, first served, but for those that are possible earlier.
 *
 * One CPU runs, with interrupts off, so there is no lock; it would protect all
 * sets and undo lists.
 */
#pragma once

#include "kernel/abi/sem.h"
#include "kernel/lib.h"
#include "kernel/process/ipc.h"
#include "kernel/process/ipc_memory.h"

struct thread;

struct semaphore {
    int32_t value; /* 0 to SEMVMX */
    int32_t pid;   /* who changed it last, or 0 */
};

struct semaphore_set {
    struct ipc_object ipc;
    unsigned count;
    struct ipc_memory memory;
    int64_t otime;            /* when an operation was done last, or 0 */
    struct list zero_waiters; /* those who wait for 0 and change nothing, */
    struct list waiters;      /* and the others */
    unsigned complex_waiters; /* of more than one operation */
    struct list undos;        /* by their `of_set` */
};

/* All sets, and how many semaphores they have. */
extern struct ipc_table semaphore_sets;
extern unsigned semaphore_count;

static inline struct semaphore_set *semaphore_set_of(struct ipc_object *object)
{
    return list_entry(object, struct semaphore_set, ipc);
}

/* The one with NUMBER, below its set's count. */
static inline struct semaphore *semaphore_at(const struct semaphore_set *set,
                                             unsigned number)
{
    return ipc_memory_at(&set->memory, number * sizeof(struct semaphore));
}

/* A new set of COUNT, 0 to SEMMSL, the running process's. Returns 0, -EINVAL
 * for none, -ENOSPC or -ENOMEM. */
int semaphore_set_create(int32_t key, unsigned count, int flags,
                         struct semaphore_set **set) MUST_CHECK;

/* Frees SET. Who waits for it gets -EIDRM. */
void semaphore_set_remove(struct semaphore_set *set);

/* Give the one with NUMBER the value VALUE, or all those of VALUES, 16 bits
 * each; from 0 to SEMVMX. Nothing that was done to them before is undone. */
void semaphore_set_value(struct semaphore_set *set, unsigned number,
                         int32_t value);
void semaphore_set_values(struct semaphore_set *set,
                          const struct ipc_memory *values);

/* How many wait for the one with NUMBER, to be 0 or to grow. */
int semaphore_count_zero_waiters(const struct semaphore_set *set,
                                 unsigned number);
int semaphore_count_growth_waiters(const struct semaphore_set *set,
                                   unsigned number);

/* Operations that are done together or not at all. The first three are the
 * caller's to set. */
struct semaphore_call {
    const struct linux_sembuf *operations;
    unsigned count;    /* 1 to SEMOPM */
    uint64_t deadline; /* by clock_nanoseconds */
    struct semaphore_undo *undo;
    int pid;
    bool changes; /* values, or waits for zero alone */
    const struct linux_sembuf *blocking;
    int result;
    struct thread *thread;
    struct list node;
};

/* Does CALL on the set with ID, or waits until it is possible. Returns 0,
 * -EINVAL, -EIDRM when it is removed meanwhile, -EFBIG for a number that the
 * set has not, -EACCES, -ERANGE, -ENOMEM, -EAGAIN when it must not wait or not
 * longer, or -EINTR. */
int semaphore_operate(int32_t id, struct semaphore_call *call) MUST_CHECK;

/* Values have changed: does all that has become possible. Has an operation been
 * done, that is noted. */
void semaphore_set_changed(struct semaphore_set *set);

/* An operation has been done now. */
void semaphore_set_note_operation(struct semaphore_set *set);

/* What the end of some threads changes of one set. */
struct semaphore_undo {
    struct semaphore_set *set;
    struct ipc_memory memory; /* 16 bits for each semaphore */
    struct list of_set;
    struct list of_list;
};

/* What the end of the last thread that has it undoes. */
struct undo_list {
    unsigned references;
    struct list undos; /* the newest first */
};

/* How many threads have one. */
extern unsigned undo_list_references;

/* What UNDO adds to the semaphore with NUMBER. */
static inline int16_t *semaphore_undo_at(const struct semaphore_undo *undo,
                                         unsigned number)
{
    return ipc_memory_at(&undo->memory, number * sizeof(int16_t));
}

/* The running thread's for SET: NULL when there is no memory. */
struct semaphore_undo *semaphore_undo_provide(struct semaphore_set *set);

/* SET is removed: nothing is undone. */
void semaphore_undo_forget(struct semaphore_set *set);

/* The running thread has a list. False: there is no memory. */
bool undo_list_provide(void) MUST_CHECK;

/* CHILD has the running thread's from now on. */
void undo_list_share(struct thread *child);

/* The running thread has none any more; if it was the last, all is undone. */
void undo_list_leave(void);

/* NULL, or the rule that is broken. */
const char *semaphore_validate(void);
