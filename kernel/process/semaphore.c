/* System V semaphores: sets, and what is done to all of one. */
#include "kernel/process/semaphore.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct semaphore_set);

struct ipc_table semaphore_sets;
unsigned semaphore_count;

static_assert(SEMMSL * sizeof(struct semaphore) <= IPC_MEMORY_MAX);
static_assert(PAGE_SIZE % sizeof(struct semaphore) == 0);

static int fill(struct semaphore_set *set, int32_t key, unsigned count,
                int flags)
{
    int error =
        ipc_memory_alloc(&set->memory, count * sizeof(struct semaphore));

    if (error == 0) {
        error = ipc_insert(&semaphore_sets, &set->ipc, key, flags, SEMMNI);
    }
    if (error != 0) {
        ipc_memory_free(&set->memory);
        return error;
    }
    set->count = count;
    list_init(&set->zero_waiters);
    list_init(&set->waiters);
    list_init(&set->undos);
    return 0;
}

int semaphore_set_create(int32_t key, unsigned count, int flags,
                         struct semaphore_set **created)
{
    if (count == 0) {
        return -EINVAL;
    }
    if (count > SEMMNS - semaphore_count) {
        return -ENOSPC;
    }
    struct semaphore_set *set = object_alloc(&cache);
    if (set == NULL) {
        return -ENOMEM;
    }
    int error = fill(set, key, count, flags);
    if (error != 0) {
        object_free(&cache, set);
        return error;
    }
    semaphore_count += count;
    *created = set;
    return 0;
}

static void set_value(struct semaphore *semaphore, int32_t value)
{
    semaphore->value = value;
    semaphore->pid = process_current()->pid;
}

static void note_change(struct semaphore_set *set)
{
    set->ipc.ctime = (int64_t)clock_seconds_since_1970();
    semaphore_set_changed(set);
}

void semaphore_set_value(struct semaphore_set *set, unsigned number,
                         int32_t value)
{
    list_for_each(node, &set->undos)
    {
        *semaphore_undo_at(list_entry(node, struct semaphore_undo, of_set),
                           number) = 0;
    }
    set_value(semaphore_at(set, number), value);
    note_change(set);
}

void semaphore_set_values(struct semaphore_set *set,
                          const struct ipc_memory *values)
{
    for (unsigned i = 0; i < set->count; i++) {
        const uint16_t *value = ipc_memory_at(values, i * sizeof(*value));
        set_value(semaphore_at(set, i), *value);
    }
    list_for_each(node, &set->undos)
    {
        const struct semaphore_undo *undo =
            list_entry(node, struct semaphore_undo, of_set);
        for (unsigned i = 0; i < set->count; i++) {
            *semaphore_undo_at(undo, i) = 0;
        }
    }
    note_change(set);
}

static void refuse_all(struct list *waiters)
{
    while (!list_is_empty(waiters)) {
        struct semaphore_call *call =
            list_entry(waiters->next, struct semaphore_call, node);
        list_remove(&call->node);
        call->result = -EIDRM;
        thread_wake(call->thread);
    }
}

void semaphore_set_remove(struct semaphore_set *set)
{
    semaphore_undo_forget(set);
    refuse_all(&set->zero_waiters);
    refuse_all(&set->waiters);
    ipc_remove(&semaphore_sets, &set->ipc);
    semaphore_count -= set->count;
    ipc_memory_free(&set->memory);
    object_free(&cache, set);
}
