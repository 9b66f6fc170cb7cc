/* What the end of a thread undoes of its operations on System V semaphores. */
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/process/semaphore.h"
#include "kernel/thread.h"
#include "mm/object_cache.h"

static struct object_cache undo_cache =
    OBJECT_CACHE(undo_cache, struct semaphore_undo);
static struct object_cache list_cache =
    OBJECT_CACHE(list_cache, struct undo_list);

unsigned undo_list_references;

bool undo_list_provide(void)
{
    struct thread *thread = thread_current();

    if (thread->undo != NULL) {
        return true;
    }
    thread->undo = object_alloc(&list_cache);
    if (thread->undo == NULL) {
        return false;
    }
    list_init(&thread->undo->undos);
    thread->undo->references = 1;
    undo_list_references++;
    return true;
}

void undo_list_share(struct thread *child)
{
    child->undo = thread_current()->undo;
    child->undo->references++;
    undo_list_references++;
}

static struct semaphore_undo *find(const struct undo_list *list,
                                   const struct semaphore_set *set)
{
    list_for_each(node, &list->undos)
    {
        struct semaphore_undo *undo =
            list_entry(node, struct semaphore_undo, of_list);
        if (undo->set == set) {
            return undo;
        }
    }
    return NULL;
}

static struct semaphore_undo *make(struct undo_list *list,
                                   struct semaphore_set *set)
{
    struct semaphore_undo *undo = object_alloc(&undo_cache);

    if (undo == NULL) {
        return NULL;
    }
    if (ipc_memory_alloc(&undo->memory, set->count * sizeof(int16_t)) != 0) {
        object_free(&undo_cache, undo);
        return NULL;
    }
    undo->set = set;
    list_init(&undo->of_set);
    list_append(&set->undos, &undo->of_set);
    list_init(&undo->of_list);
    list_insert(&list->undos, &undo->of_list);
    return undo;
}

struct semaphore_undo *semaphore_undo_provide(struct semaphore_set *set)
{
    if (!undo_list_provide()) {
        return NULL;
    }
    struct undo_list *list = thread_current()->undo;
    struct semaphore_undo *undo = find(list, set);
    return undo != NULL ? undo : make(list, set);
}

static void free_undo(struct semaphore_undo *undo)
{
    list_remove(&undo->of_set);
    list_remove(&undo->of_list);
    ipc_memory_free(&undo->memory);
    object_free(&undo_cache, undo);
}

void semaphore_undo_forget(struct semaphore_set *set)
{
    while (!list_is_empty(&set->undos)) {
        free_undo(list_entry(set->undos.next, struct semaphore_undo, of_set));
    }
}

/* As on Linux, a value that would be out of range is the nearest that is not.
 */
static void apply(const struct semaphore_undo *undo)
{
    struct semaphore_set *set = undo->set;

    for (unsigned i = 0; i < set->count; i++) {
        int adjustment = *semaphore_undo_at(undo, i);
        if (adjustment != 0) {
            struct semaphore *semaphore = semaphore_at(set, i);
            int value = MAX(semaphore->value + adjustment, 0);
            semaphore->value = MIN(value, SEMVMX);
            semaphore->pid = process_current()->pid;
        }
    }
    semaphore_set_changed(set);
    semaphore_set_note_operation(set);
}

/* Others run meanwhile, for there may be many, and large ones. */
static void undo_all(struct undo_list *list)
{
    while (!list_is_empty(&list->undos)) {
        struct semaphore_undo *undo =
            list_entry(list->undos.next, struct semaphore_undo, of_list);
        apply(undo);
        free_undo(undo);
        (void)thread_is_interrupted();
        thread_yield();
    }
    object_free(&list_cache, list);
}

void undo_list_leave(void)
{
    struct thread *thread = thread_current();
    struct undo_list *list = thread->undo;

    if (list == NULL) {
        return;
    }
    thread->undo = NULL;
    undo_list_references--;
    if (--list->references == 0) {
        undo_all(list);
    }
}
