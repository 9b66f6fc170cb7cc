/* Operations on System V semaphores: done together, now or later. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/process/semaphore.h"

/* What a call answers that is not possible now. */
#define HAS_TO_WAIT 1

/* What OPERATION makes of the undo of its semaphore. */
static int undo_behind(const struct semaphore_call *call,
                       const struct linux_sembuf *operation)
{
    return *semaphore_undo_at(call->undo, operation->number) -
           operation->operation;
}

/* Returns 0, HAS_TO_WAIT, -EAGAIN or -ERANGE. */
static int check(const struct semaphore_set *set, struct semaphore_call *call,
                 const struct linux_sembuf *operation)
{
    int value = semaphore_at(set, operation->number)->value;
    int behind = value + operation->operation;

    if (behind < 0 || (operation->operation == 0 && value != 0)) {
        call->blocking = operation;
        return (operation->flags & IPC_NOWAIT) != 0 ? -EAGAIN : HAS_TO_WAIT;
    }
    if (behind > SEMVMX) {
        return -ERANGE;
    }
    if ((operation->flags & SEM_UNDO) == 0) {
        return 0;
    }
    int undo = undo_behind(call, operation);
    return undo < -SEMAEM - 1 || undo > SEMAEM ? -ERANGE : 0;
}

static void do_one(struct semaphore_set *set, const struct semaphore_call *call,
                   const struct linux_sembuf *operation)
{
    if ((operation->flags & SEM_UNDO) != 0) {
        int undo = undo_behind(call, operation);
        *semaphore_undo_at(call->undo, operation->number) = (int16_t)undo;
    }
    semaphore_at(set, operation->number)->value += operation->operation;
}

/* Takes back the first COUNT of CALL. */
static void take_back(struct semaphore_set *set,
                      const struct semaphore_call *call, unsigned count)
{
    while (count-- > 0) {
        const struct linux_sembuf *operation = &call->operations[count];
        if ((operation->flags & SEM_UNDO) != 0) {
            *semaphore_undo_at(call->undo, operation->number) +=
                operation->operation;
        }
        semaphore_at(set, operation->number)->value -= operation->operation;
    }
}

/* Does CALL, or nothing of it, and returns what `check` does. */
static int try(struct semaphore_set *set, struct semaphore_call *call)
{
    for (unsigned i = 0; i < call->count; i++) {
        int result = check(set, call, &call->operations[i]);
        if (result != 0) {
            take_back(set, call, i);
            return result;
        }
        do_one(set, call, &call->operations[i]);
    }
    for (unsigned i = 0; i < call->count; i++) {
        semaphore_at(set, call->operations[i].number)->pid = call->pid;
    }
    return 0;
}

static void leave(struct semaphore_set *set, struct semaphore_call *call)
{
    list_remove(&call->node);
    set->complex_waiters -= call->count > 1;
}

/* Tries CALL, which waits. If that ends, its thread goes on. */
static int try_again(struct semaphore_set *set, struct semaphore_call *call)
{
    int result = try(set, call);

    if (result != HAS_TO_WAIT) {
        leave(set, call);
        call->result = result;
        thread_wake(call->thread);
    }
    return result;
}

/* Returns whether an operation was done. */
static bool serve_zero_waiters(struct semaphore_set *set)
{
    struct list *next;
    bool has_done = false;

    for (struct list *node = set->zero_waiters.next; node != &set->zero_waiters;
         node = next) {
        next = node->next;
        has_done |=
            try_again(set, list_entry(node, struct semaphore_call, node)) == 0;
    }
    return has_done;
}

/* Goes through the waiters once, or until one has done what may let an earlier
 * one go on: then it returns true. One operation that had to wait takes
 * something away, and makes nothing possible but for those who wait for 0. */
static bool serve_waiters(struct semaphore_set *set, bool *has_done)
{
    struct list *next;

    for (struct list *node = set->waiters.next; node != &set->waiters;
         node = next) {
        next = node->next;
        bool may_matter = set->complex_waiters > 0;
        if (try_again(set, list_entry(node, struct semaphore_call, node)) !=
            0) {
            continue;
        }
        *has_done = true;
        (void)serve_zero_waiters(set);
        if (may_matter) {
            return true;
        }
    }
    return false;
}

void semaphore_set_note_operation(struct semaphore_set *set)
{
    set->otime = (int64_t)clock_seconds_since_1970();
}

void semaphore_set_changed(struct semaphore_set *set)
{
    bool has_done = serve_zero_waiters(set);

    while (serve_waiters(set, &has_done)) {
        /* Many can take long. Nobody is asked to stop: what has become possible
         * has to be done. */
        (void)thread_is_interrupted();
    }
    if (has_done) {
        semaphore_set_note_operation(set);
    }
}

static int count_blocked(const struct list *waiters, unsigned number,
                         bool is_for_zero)
{
    int count = 0;

    list_for_each(node, waiters)
    {
        const struct linux_sembuf *blocking =
            list_entry(node, struct semaphore_call, node)->blocking;
        count += blocking->number == number &&
                 (blocking->operation == 0) == is_for_zero;
    }
    return count;
}

int semaphore_count_zero_waiters(const struct semaphore_set *set,
                                 unsigned number)
{
    return count_blocked(&set->zero_waiters, number, true) +
           count_blocked(&set->waiters, number, true);
}

int semaphore_count_growth_waiters(const struct semaphore_set *set,
                                   unsigned number)
{
    return count_blocked(&set->waiters, number, false);
}

/* SET may be gone when the call is over. */
static int wait(struct semaphore_set *set, struct semaphore_call *call)
{
    struct wait_queue nobody_wakes;
    int error;

    wait_queue_init(&nobody_wakes);
    call->result = HAS_TO_WAIT;
    call->thread = thread_current();
    list_append(call->changes ? &set->waiters : &set->zero_waiters,
                &call->node);
    set->complex_waiters += call->count > 1;
    do {
        error = thread_wait_until(&nobody_wakes, call->deadline);
    } while (call->result == HAS_TO_WAIT && error == 0);
    if (call->result != HAS_TO_WAIT) {
        return call->result;
    }
    leave(set, call);
    return error == -ETIMEDOUT ? -EAGAIN : -EINTR;
}

/* Gets what CALL needs, and looks whether SET is for it, in Linux's order. */
static int prepare(struct semaphore_set *set, struct semaphore_call *call)
{
    unsigned highest = 0;
    int flags = 0;

    call->changes = false;
    for (unsigned i = 0; i < call->count; i++) {
        const struct linux_sembuf *operation = &call->operations[i];
        highest = MAX(highest, (unsigned)operation->number);
        flags |= operation->flags;
        call->changes |= operation->operation != 0;
    }
    call->pid = process_current()->pid;
    call->undo = NULL;
    if ((flags & SEM_UNDO) != 0) {
        call->undo = semaphore_undo_provide(set);
        if (call->undo == NULL) {
            return -ENOMEM;
        }
    }
    if (highest >= set->count) {
        return -EFBIG;
    }
    uint32_t wanted = call->changes ? IPC_MAY_WRITE : IPC_MAY_READ;
    return ipc_may(&set->ipc, wanted) ? 0 : -EACCES;
}

int semaphore_operate(int32_t id, struct semaphore_call *call)
{
    struct ipc_object *object;
    int error = ipc_find(&semaphore_sets, id, &object);

    if (error != 0) {
        return error;
    }
    struct semaphore_set *set = semaphore_set_of(object);
    error = prepare(set, call);
    if (error != 0) {
        return error;
    }
    int result = try(set, call);
    if (result == HAS_TO_WAIT) {
        return wait(set, call);
    }
    if (result == 0) {
        semaphore_set_note_operation(set);
        if (call->changes) {
            semaphore_set_changed(set);
        }
    }
    return result;
}
