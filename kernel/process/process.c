/* Processes: the list of all, and birth. */
#include "kernel/process/process.h"

#include "kernel/abi/sched.h"
#include "kernel/abi/siginfo.h"
#include "kernel/lib.h"
#include "kernel/process/group.h"
#include "kernel/process/limits.h"
#include "kernel/process/process_priv.h"
#include "kernel/process/signal.h"
#include "kernel/process/user.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct process);
/* Group and session of the first process, until it begins one. */
#define NO_GROUP 0

static struct list all = LIST_EMPTY(all); /* the first process is the first */

static struct process *entry(struct list *node)
{
    return node != NULL ? list_entry(node, struct process, all) : NULL;
}

struct process *process_first(void)
{
    return entry(list_next(&all, &all));
}

struct process *process_next(const struct process *process)
{
    return entry(list_next(&all, &process->all));
}

struct process *process_find(int pid)
{
    struct thread *thread = thread_find(pid);

    return thread != NULL && thread->pid == pid ? thread->process : NULL;
}

struct process *process_of_thread(int tid)
{
    struct thread *thread = thread_find(tid);

    return thread != NULL ? thread->process : NULL;
}

struct aspace *thread_aspace(const struct thread *thread)
{
    return thread->process->aspace;
}

void thread_enter_memory(const struct thread *thread)
{
    limits_enter(thread->process);
    aspace_activate(thread->process->aspace);
}

void thread_lost_registers(struct thread *thread)
{
    const struct signal_info info = {.signal = SIGSEGV, .code = SI_KERNEL};

    log_warn("process %d (%s): its vector registers can't be restored",
             thread->pid, process_name(thread->process));
    (void)signal_send_thread(thread, &info);
}

/* The parts of their own that a child without PARENT's has. */
static void make_parts(struct process *process, struct process *parent,
                       uint64_t shared)
{
    if (parent == NULL) {
        process->files = file_table_create();
        process->context = file_context_create();
        process->actions = signal_actions_create();
        return;
    }
    process->files = (shared & CLONE_FILES) != 0
                         ? file_table_get(parent->files)
                         : file_table_copy(parent->files);
    process->context = (shared & CLONE_FS) != 0
                           ? file_context_get(parent->context)
                           : file_context_copy(parent->context);
    process->actions = (shared & CLONE_SIGHAND) != 0
                           ? signal_actions_get(parent->actions)
                           : signal_actions_copy(parent->actions);
}

static void inherit(struct process *process, const struct process *parent)
{
    process->credentials = parent->credentials;
    process->personality = parent->personality;
    process->has_terminal = parent->has_terminal;
    process->out_of_memory_adjust = parent->out_of_memory_adjust;
    process->out_of_memory_least = parent->out_of_memory_least;
}

void process_leave_files(struct process *process)
{
    if (process->files != NULL) {
        file_table_put(process->files);
        process->files = NULL;
    }
    if (process->context != NULL) {
        file_context_put(process->context);
        process->context = NULL;
    }
    process_set_program(process, NULL);
}

void process_set_program(struct process *process, struct file *program)
{
    struct file *old = process->program;

    process->program = program != NULL ? file_get(program) : NULL;
    if (program != NULL) {
        program->inode->programs++;
    }
    if (old != NULL) {
        ASSERT_CMP(old->inode->programs, >, 0u);
        old->inode->programs--;
        file_put(old);
    }
}

static void free_process(struct process *process)
{
    process_leave_files(process);
    process_timers_clock_ends(process->cpu_timers, &process->cpu_timed);
    if (process->leader != NULL) {
        process_free_thread(process->leader);
    }
    user_drop_process(process);
    if (process->actions != NULL) {
        signal_actions_put(process->actions);
    }
    object_free(&cache, process);
}

struct thread *process_add_thread(struct process *process)
{
    struct thread *thread = thread_create(process);

    if (thread != NULL) {
        thread->pid = process->pid;
        list_append(&process->threads, &thread->siblings);
        process->live_threads++;
        process->user->threads++;
    }
    return thread;
}

void process_free_thread(struct thread *thread)
{
    struct process *process = thread->process;
    const struct thread_run ran = thread_ran(thread);

    usage_add_run(&process->used.ran, &ran);
    process_timers_clock_ends(thread->cpu_timers, &thread->cpu_timed);
    process->user->threads--;
    thread_free(thread);
}

struct process *process_create(struct process *parent, uint64_t shared)
{
    struct process *process = object_alloc(&cache);

    if (process == NULL) {
        return NULL;
    }
    make_parts(process, parent, shared);
    list_init(&process->threads);
    list_init(&process->cpu_timed);
    uint32_t uid = parent != NULL ? parent->credentials.user.real : ID_ROOT;
    if (user_take_process(process, uid) == 0) {
        process->leader = process_add_thread(process);
    }
    if (process->files == NULL || process->context == NULL ||
        process->actions == NULL || process->leader == NULL) {
        free_process(process);
        return NULL;
    }
    process->pid = process->leader->tid;
    process->leader->pid = process->pid;
    list_init(&process->children);
    list_init(&process->siblings);
    wait_queue_init(&process->child_news);
    wait_queue_init(&process->signal_news);
    process_timers_init(process);
    wait_queue_init(&process->thread_ends);
    process->exit_signal = SIGCHLD;
    list_init(&process->members);
    limits_init(process, parent);
    list_append(&all, &process->all);
    group_join(process, parent != NULL ? parent->group : NO_GROUP);
    session_join(process, parent != NULL ? parent->session : NO_GROUP);
    if (parent != NULL) {
        inherit(process, parent);
        process_adopt(parent, process);
    }
    return process;
}

void process_adopt(struct process *parent, struct process *child)
{
    child->parent = parent;
    list_remove(&child->siblings);
    list_append(&parent->children, &child->siblings);
}

void process_reap(struct process *process)
{
    ASSERT(process->is_zombie);
    ASSERT(list_is_empty(&process->children));
    list_remove(&process->siblings);
    list_remove(&process->members);
    list_remove(&process->all);
    session_leave(process);
    free_process(process);
}

int process_file_limit(const struct process *process)
{
    uint64_t limit = process->limits[RLIMIT_NOFILE].current;

    return (int)MIN(limit, (uint64_t)FILE_TABLE_MAX);
}

int process_reserve_file(int lowest)
{
    const struct process *process = process_current();

    return file_table_reserve(process->files, lowest,
                              process_file_limit(process));
}

int process_reserve_two_files(int fds[2])
{
    fds[0] = process_reserve_file(0);
    if (fds[0] < 0) {
        return fds[0];
    }
    fds[1] = process_reserve_file(fds[0] + 1);
    return fds[1] < 0 ? fds[1] : 0;
}
