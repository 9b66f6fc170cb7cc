/* What has to be true of System V semaphores. */
#include "kernel/process.h"
#include "kernel/process/semaphore.h"
#include "kernel/thread.h"

static const char *check_values(const struct semaphore_set *set)
{
    for (unsigned i = 0; i < set->count; i++) {
        int32_t value = semaphore_at(set, i)->value;
        if (value < 0 || value > SEMVMX) {
            return "a semaphore is from 0 to SEMVMX";
        }
    }
    return NULL;
}

static unsigned count_complex(const struct list *waiters)
{
    unsigned count = 0;

    list_for_each(node, waiters)
    {
        count += list_entry(node, struct semaphore_call, node)->count > 1;
    }
    return count;
}

static const char *check_set(const struct semaphore_set *set)
{
    if (count_complex(&set->zero_waiters) + count_complex(&set->waiters) !=
        set->complex_waiters) {
        return "calls with more than one operation that wait are counted";
    }
    list_for_each(node, &set->undos)
    {
        if (list_entry(node, struct semaphore_undo, of_set)->set != set) {
            return "an undo knows its set";
        }
    }
    return check_values(set);
}

static unsigned count_references(void)
{
    unsigned count = 0;

    for (const struct process *process = process_first(); process != NULL;
         process = process_next(process)) {
        list_for_each(node, &process->threads)
        {
            count += list_entry(node, struct thread, siblings)->undo != NULL;
        }
    }
    return count;
}

const char *semaphore_validate(void)
{
    struct ipc_object *object;
    const char *rule = ipc_validate(&semaphore_sets);
    unsigned count = 0;

    for (unsigned i = 0;
         rule == NULL &&
         (object = ipc_at_or_behind(&semaphore_sets, &i)) != NULL;
         i++) {
        count += semaphore_set_of(object)->count;
        rule = check_set(semaphore_set_of(object));
    }
    if (rule != NULL) {
        return rule;
    }
    if (count != semaphore_count) {
        return "semaphores are counted";
    }
    return count_references() == undo_list_references
               ? NULL
               : "threads that have an undo list are counted";
}
