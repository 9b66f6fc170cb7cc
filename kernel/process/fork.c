/* New processes and threads. */
#include "kernel/process/fork.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process/out_of_memory.h"
#include "kernel/process/process_priv.h"
#include "kernel/process/process_record.h"
#include "kernel/process/semaphore.h"
#include "kernel/process/signal.h"
#include "kernel/process/user.h"
#include "mm/frame.h"
#include "mm/user_copy.h"

/* The memory of a child: its parent's, or a copy. */
static int get_memory(const struct clone_request *request,
                      struct aspace **aspace)
{
    struct aspace *own = process_current()->aspace;

    ASSERT(own != NULL);
    if ((request->flags & CLONE_VM) != 0) {
        *aspace = aspace_get(own);
        return 0;
    }
    if (!gdb_is_open) {
        return aspace_copy(own, aspace);
    }
    gdb_memory_copy_begins();
    int error = aspace_copy(own, aspace);
    gdb_page_mapped();
    return error;
}

static void inherit_program(struct process *child, const struct process *parent)
{
    child->is_32 = parent->is_32;
    process_set_program(child, parent->program);
    child->is_dumpable = parent->is_dumpable;
    child->barriers = parent->barriers;
    child->keeps_capabilities = parent->keeps_capabilities;
    child->has_no_new_privileges = parent->has_no_new_privileges;
}

static int make_process(const struct clone_request *request,
                        struct thread **leader)
{
    struct process *parent = process_current();
    struct aspace *aspace;
    int error = get_memory(request, &aspace);

    if (error != 0) {
        return error;
    }
    struct process *child = process_create(parent, request->flags);
    if (child == NULL) {
        aspace_put(aspace);
        return -EAGAIN;
    }
    if (aspace != parent->aspace) {
        aspace->tag = (uint16_t)child->pid;
    }
    child->aspace = aspace;
    child->exit_signal = request->exit_signal;
    inherit_program(child, parent);
    if ((request->flags & CLONE_PARENT) != 0) {
        child->exit_signal = parent->exit_signal;
        process_adopt(parent->parent, child);
    }
    *leader = child->leader;
    return 0;
}

static int make_thread(struct thread **thread)
{
    *thread = process_add_thread(process_current());
    return *thread != NULL ? 0 : -EAGAIN;
}

static void set_tls(struct thread_cpu *cpu, const struct clone_tls *tls)
{
    if (tls->is_descriptor) {
        thread_cpu_set_tls(cpu, tls->index, tls->value);
    } else {
        cpu->fs_base = tls->value;
    }
}

static void inherit_priority(struct thread_priority *child,
                             const struct thread_priority *parent)
{
    *child = *parent;
    if (!parent->is_reset_on_fork) {
        return;
    }
    if (parent->realtime != 0) {
        child->policy = SCHED_NORMAL;
        child->realtime = 0;
        child->nice = 0;
    }
    child->nice = MAX(child->nice, 0);
    child->is_reset_on_fork = false;
}

/* As on Linux, only who waits for the child lets it have the stack for
 * handlers. */
static void inherit_thread(struct thread *child, const struct thread *parent,
                           const struct clone_request *request)
{
    const uint64_t flags = request->flags;

    thread_cpu_copy(&child->cpu, &parent->cpu);
    if ((flags & CLONE_SETTLS) != 0) {
        set_tls(&child->cpu, &request->tls);
    }
    memcpy(child->name, parent->name, sizeof(child->name));
    inherit_priority(&child->priority, &parent->priority);
    child->timer_slack = parent->timer_slack;
    child->signals.blocked = parent->signals.blocked;
    if ((flags & (CLONE_VM | CLONE_VFORK)) != CLONE_VM) {
        child->signals.stack = parent->signals.stack;
    }
    if ((flags & CLONE_CHILD_CLEARTID) != 0) {
        child->clear_child_tid = request->child_tid;
    }
    if ((flags & CLONE_SYSVSEM) != 0) {
        undo_list_share(child);
    }
}

/* As on Linux, addresses that are bad are nobody's error. */
static void write_tids(const struct thread *child,
                       const struct clone_request *request)
{
    if ((request->flags & CLONE_PARENT_SETTID) != 0) {
        (void)!copy_to_user(request->parent_tid, &child->tid,
                            sizeof(child->tid));
    }
    if ((request->flags & CLONE_CHILD_SETTID) != 0) {
        (void)!aspace_write(thread_aspace(child), request->child_tid,
                            &child->tid, sizeof(child->tid));
    }
}

static void start(struct thread *child, const struct trap_frame *frame,
                  uaddr_t stack)
{
    struct trap_frame child_frame = *frame;

    child_frame.rax = 0;
    child_frame.rsp = stack != 0 ? stack : frame->rsp;
    thread_start(child, &child_frame);
}

/* Starts CHILD, and waits until it does not need this thread's stack any more,
 * or until this thread is killed. */
static void start_and_wait(struct thread *child, const struct trap_frame *frame,
                           uaddr_t stack)
{
    struct loan loan = {.is_over = false};

    ASSERT(child->loan == NULL);
    wait_queue_init(&loan.over);
    child->loan = &loan;
    start(child, frame, stack);
    while (!loan.is_over) {
        thread_wait_deaf(&loan.over);
        if (!loan.is_over && signal_is_deadly(thread_current())) {
            child->loan = NULL;
            return;
        }
    }
}

/* The process or thread that REQUEST is for. As on Linux others end for the
 * memory that it needs. */
static int make(const struct clone_request *request, struct thread **child)
{
    bool is_thread = (request->flags & CLONE_THREAD) != 0;
    uint64_t shortages;
    int error;

    do {
        shortages = frame_shortages;
        error = is_thread ? make_thread(child) : make_process(request, child);
    } while (error != 0 && frame_shortages != shortages &&
             !signal_is_deadly(thread_current()) && out_of_memory_wait());
    return error;
}

int process_clone(const struct trap_frame *frame,
                  const struct clone_request *request)
{
    struct thread *child;

    if (!user_may_add_thread()) {
        return -EAGAIN;
    }
    if ((request->flags & CLONE_SYSVSEM) != 0 && !undo_list_provide()) {
        return -ENOMEM;
    }
    int error = make(request, &child);

    if (error != 0) {
        return error;
    }
    int tid = child->tid;
    process_record_birth(child);
    inherit_thread(child, thread_current(), request);
    write_tids(child, request);
    if ((request->flags & CLONE_VFORK) != 0) {
        start_and_wait(child, frame, request->stack);
    } else {
        start(child, frame, request->stack);
    }
    return tid;
}

void thread_end_loan(struct thread *thread)
{
    struct loan *loan = thread->loan;

    if (loan != NULL) {
        ASSERT(!loan->is_over);
        thread->loan = NULL;
        loan->is_over = true;
        thread_wake_all(&loan->over);
    }
}
