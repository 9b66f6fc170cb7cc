/* Children. */
#include "kernel/process/fork.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/process/process_record.h"

static void lend_to(struct process *child, const struct process *parent)
{
    child->aspace = aspace_get(parent->aspace);
    child->is_32 = parent->is_32;
    child->program = parent->program;
    memcpy(child->name, parent->name, sizeof(child->name));
}

static void inherit_thread(struct thread *child, const struct thread *parent)
{
    thread_cpu_copy(&child->cpu, &parent->cpu);
    child->signals.blocked = parent->signals.blocked;
    child->signals.stack = parent->signals.stack;
}

int process_lend(const struct trap_frame *frame, uaddr_t stack, uint64_t shared)
{
    struct process *parent = process_current();
    struct process *child = process_create(parent, shared);
    struct trap_frame child_frame = *frame;
    struct loan loan = {.is_over = false};

    if (child == NULL) {
        return -EAGAIN;
    }
    wait_queue_init(&loan.over);
    child->loan = &loan;
    lend_to(child, parent);
    inherit_thread(child->leader, thread_current());
    child_frame.rax = 0;
    child_frame.rsp = stack != 0 ? stack : frame->rsp;
    int pid = child->pid;
    process_record_birth(child);
    thread_start(child->leader, &child_frame);

    while (!loan.is_over) {
        /* The child uses the parent's stack: nothing may interrupt this. */
        thread_wait_deaf(&loan.over);
    }
    return pid;
}

void process_end_loan(struct process *process)
{
    struct loan *loan = process->loan;

    if (loan != NULL) {
        process->loan = NULL;
        loan->is_over = true;
        thread_wake_all(&loan->over);
    }
}
