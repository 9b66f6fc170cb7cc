/* All rules that the kernel knows of its own data, checked together. */
#include "kernel/process.h"

#include "kernel/base.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/aspace_validate.h"
#include "mm/byte_map.h"
#include "mm/claim.h"
#include "mm/huge_pool.h"
#include "mm/vma_pool.h"

static struct process *next_of(const struct process *process)
{
    return process == NULL ? process_first() : process_next(process);
}

static const char *check_thread(const struct thread *thread)
{
    bool may_run = thread->state != THREAD_ENDED && !thread->process->is_zombie;

    if (may_run && (thread->stack_end == 0 || thread->cpu.fpu == NULL)) {
        return "a thread has a kernel stack and vector registers";
    }
    return thread->pid == thread->process->pid &&
                   thread_find(thread->tid) == thread
               ? NULL
               : "a thread is found by its number";
}

static const char *check_threads(const struct process *process)
{
    const char *rule = NULL;
    unsigned live = 0;

    list_for_each(node, &process->threads)
    {
        const struct thread *thread = list_entry(node, struct thread, siblings);
        live += thread->state != THREAD_ENDED && !process->is_zombie;
        rule = rule != NULL ? rule : check_thread(thread);
    }
    if (rule != NULL) {
        return rule;
    }
    return live == process->live_threads
               ? NULL
               : "the threads that have not ended are counted";
}

static const char *check_life(const struct process *process)
{
    if (process->is_zombie != (process->aspace == NULL) ||
        process->is_zombie != (process->files == NULL) ||
        process->is_zombie != (process->context == NULL)) {
        return "all processes but zombies have memory and files";
    }
    const char *rule = check_threads(process);
    if (rule != NULL) {
        return rule;
    }
    if (process->parent != NULL &&
        process_find(process->parent->pid) != process->parent) {
        return "a parent is a process";
    }
    return (process->parent == NULL) == (process->pid == PROCESS_FIRST_PID)
               ? NULL
               : "all processes but the first have a parent";
}

static const char *check_processes(void)
{
    for (const struct process *p = NULL; (p = next_of(p)) != NULL;) {
        if (process_find(p->pid) != p) {
            return "a process is found by its number";
        }
        const char *rule = check_life(p);
        if (rule == NULL) {
            rule = p->files == NULL ? NULL : file_table_validate(p->files);
        }
        if (rule == NULL) {
            rule = signal_actions_validate(p->actions);
        }
        if (rule == NULL) {
            rule = cpu_clock_validate(p);
        }
        if (rule != NULL) {
            return rule;
        }
    }
    return NULL;
}

static unsigned count_areas(const struct aspace *aspace,
                            const struct file *file)
{
    unsigned count = 0;

    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        count += a->file == file;
    }
    return count;
}

/* Of processes that share descriptors, the first is the one they count for. */
static bool has_own_files(const struct process *process)
{
    const struct process *p = process;

    if (process->files != NULL && process->files->references > 1) {
        for (p = process_first(); p->files != process->files;) {
            p = next_of(p);
        }
    }
    return process->files != NULL && p == process;
}

static const char *check_file(const struct file *file)
{
    unsigned count = 0;

    for (const struct process *p = NULL; (p = next_of(p)) != NULL;) {
        count += has_own_files(p) ? file_table_count(p->files, file) : 0;
        count += p->program == file;
    }
    for (const struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        count += count_areas(a, file);
    }
    count += socket_count_travelling(file);
    return count + file->held == file->references
               ? NULL
               : "descriptors, areas, programs, messages and calls are all the "
                 "references to a file";
}

/* Of processes that share a directory, the first is the one it counts for. */
static bool has_own_context(const struct process *process)
{
    const struct process *p = process;

    if (process->context != NULL && process->context->references > 1) {
        for (p = process_first(); p->context != process->context;) {
            p = next_of(p);
        }
    }
    return process->context != NULL && p == process;
}

static const char *visit_place(struct place place, name_visitor *visit)
{
    return place.name != NULL ? visit(place.name) : NULL;
}

static const char *visit_names(name_visitor *visit)
{
    const char *rule = name_visit_tree(visit);

    for (const struct file *file = NULL;
         rule == NULL && (file = file_next(file)) != NULL;) {
        rule = visit_place(file_place(file), visit);
    }
    for (const struct process *p = NULL;
         rule == NULL && (p = next_of(p)) != NULL;) {
        rule = has_own_context(p) ? visit_place(p->context->directory, visit)
                                  : NULL;
    }
    return rule;
}

static const char *check_names(void)
{
    (void)visit_names(name_claim);
    const char *rule = visit_names(name_check_claims);
    (void)visit_names(name_unclaim);
    return rule;
}

static const char *check_files(void)
{
    const char *rule = inode_validate();

    if (rule == NULL) {
        rule = check_names();
    }

    for (const struct file *file = NULL;
         rule == NULL && (file = file_next(file)) != NULL;) {
        rule = check_file(file);
        rule = rule == NULL ? file_validate(file) : rule;
    }
    return rule;
}

static const char *check_aspaces(void)
{
    size_t nodes = 0;

    for (struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        const char *rule = aspace_validate(a);
        if (rule != NULL) {
            return rule;
        }
        nodes += a->areas.count + a->areas.spare_count;
    }
    return nodes == vma_pool_used()
               ? NULL
               : "each node that was handed out is in a tree of areas";
}

/* The areas of all address spaces that show OBJECT, all of which it knows. */
static unsigned count_showing(const struct memory_object *object)
{
    unsigned count = 0;

    for (const struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        const struct vma *area = a->areas.first;
        for (; area != NULL; area = area->next) {
            count += area->object == object;
        }
    }
    return count;
}

static const char *check_objects(void)
{
    const char *rule = NULL;

    for (const struct memory_object *object = NULL;
         rule == NULL && (object = object_next(object)) != NULL;) {
        unsigned areas = count_showing(object);
        rule = object_validate(object);
        if (rule == NULL && (areas != object_count_areas(object) ||
                             areas + !object->is_huge != object->references)) {
            rule = "an object knows its areas: they and a file refer to it";
        }
    }
    return rule;
}

/* Visits what all objects own, and what lies idle in the pool of huge pages.
 * False when one visit answered so. */
static bool for_objects(bool (*visit_frame)(paddr_t frame),
                        bool (*visit_large)(paddr_t page))
{
    bool is_done = true;

    for (const struct memory_object *object = NULL;
         is_done && (object = object_next(object)) != NULL;) {
        is_done = object_for_memory(object, visit_frame, visit_large);
    }
    return is_done && huge_pool_for_idle(visit_large);
}

/* Does what ACTION says with all address spaces. */
static const char *for_owners(const char *(*action)(const struct aspace *))
{
    const char *rule = NULL;

    for (const struct aspace *a = NULL;
         rule == NULL && (a = aspace_next(a)) != NULL;) {
        rule = action(a);
    }
    return rule;
}

/* Claims that were refused are not given back: it ends where that ended. */
static const char *check_owners(void)
{
    const char *rule = for_owners(aspace_claim);
    const char *users = rule == NULL ? for_owners(aspace_check_claims) : NULL;
    bool is_claimed =
        rule != NULL || for_objects(claim_frame, claim_large_page);
    const char *end = for_owners(aspace_unclaim);
    bool is_unclaimed =
        end != NULL || for_objects(unclaim_frame, unclaim_large_page);

    if (rule == NULL) {
        rule = users;
    }
    if (rule != NULL || end != NULL) {
        return rule != NULL ? rule : end;
    }
    return is_claimed && is_unclaimed
               ? NULL
               : "a page of an object is allocated, and has one owner";
}

NOINLINE const char *validate_all(void) /* gdb may want to call it */
{
    static const char *(*const checks[])(void) = {
        byte_map_validate,  check_aspaces,      check_objects,
        check_owners,       check_processes,    check_files,
        timer_validate,     huge_pool_validate, shm_validate,
        semaphore_validate,
    };
    const char *rule = NULL;

    for (size_t i = 0; i < ARRAY_COUNT(checks) && rule == NULL; i++) {
        rule = checks[i]();
    }
    return rule;
}

void validate_if_asked(void)
{
    const char *rule = option_is_set(OPTION_VALIDATE) ? validate_all() : NULL;

    if (rule != NULL) {
        panic("validate: broken: %s", rule);
    }
}
