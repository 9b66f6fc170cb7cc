/* semget, and semop with its variants. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sem.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"

int64_t sys_semget(int key, int count, int flags)
{
    struct ipc_object *object;
    struct semaphore_set *set;

    if (count < 0 || count > SEMMSL) {
        return -EINVAL;
    }
    int error = ipc_look_up(&semaphore_sets, key, flags, &object);
    if (error == 0 && object == NULL) {
        error = semaphore_set_create(key, (unsigned)count, flags, &set);
        return error != 0 ? error : set->ipc.id;
    }
    if (error != 0) {
        return error;
    }
    if ((unsigned)count > semaphore_set_of(object)->count) {
        return -EINVAL;
    }
    return ipc_may(object, (uint32_t)flags) ? object->id : -EACCES;
}

/* The operations are in one piece, for a frame has room for all of them. */
static int64_t operate(int id, const struct ipc_memory *operations,
                       const struct timeout *timeout)
{
    struct semaphore_call call = {
        .operations = operations->first,
        .count = (unsigned)(operations->size / sizeof(struct linux_sembuf)),
        .deadline = timeout->deadline,
    };

    static_assert(SEMOPM * sizeof(struct linux_sembuf) <= PAGE_SIZE);
    return id < 0 ? -EINVAL : semaphore_operate(id, &call);
}

/* Whether the time is one, comes behind all other checks of arguments. */
int64_t sys_semtimedop(int id, uaddr_t operations, unsigned count, uaddr_t time,
                       enum time_layout layout)
{
    struct ipc_memory taken;
    struct timeout timeout;
    int time_error = timeout_get(&timeout, time, layout);

    if (time_error == -EFAULT) {
        return -EFAULT;
    }
    if (count > SEMOPM) {
        return -E2BIG;
    }
    if (count == 0) {
        return -EINVAL;
    }
    int64_t error =
        ipc_memory_alloc(&taken, count * sizeof(struct linux_sembuf));
    if (error != 0) {
        return error;
    }
    error = ipc_memory_fill(&taken, operations);
    if (error == 0) {
        error = time_error != 0 ? time_error : operate(id, &taken, &timeout);
    }
    ipc_memory_free(&taken);
    return error;
}
