/* The end of processes, and their last word to the parent. */
#include "drivers/console.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process/fork.h"
#include "kernel/process/group.h"
#include "kernel/process/process_priv.h"
#include "kernel/process/process_record.h"
#include "kernel/process/signal.h"
#include "kernel/process/validate.h"
#include "mm/user_copy.h"

/* The first program has ended: so does the machine's work. */
NORETURN static void end_of_work(int status)
{
    int signal = status & 0x7f;

    if (signal != 0) {
        log_write(LOG_RESULT, "first program ended: signal %d", signal);
    } else {
        log_write(LOG_RESULT, "first program ended: exit status %d",
                  status >> 8 & 0xff);
    }
    machine_end(option_choice(OPTION_EXIT), status);
}

/* PROCESS, a zombie, tells its parent. If that does not want to know, nothing
 * is left of it. */
static void tell_parent(struct process *process)
{
    struct process *parent = process->parent;

    if (!signal_send_ended(process)) {
        process_reap(process);
    }
    thread_wake_all(&parent->child_news);
}

static void hand_children_to_first(struct process *parent)
{
    struct process *first = process_first();

    while (!list_is_empty(&parent->children)) {
        struct process *child =
            list_entry(parent->children.next, struct process, siblings);
        process_adopt(first, child);
        if (child->is_zombie) {
            tell_parent(child);
        }
    }
}

/* As on Linux, an address that is bad by now is nobody's error. */
static void clear_child_tid(const struct thread *thread)
{
    const uint32_t zero = 0;

    if (thread->clear_child_tid != 0) {
        (void)!copy_to_user(thread->clear_child_tid, &zero, sizeof(zero));
    }
}

static void leave_memory(struct process *process)
{
    aspace_activate(NULL);
    aspace_put(process->aspace);
    process->aspace = NULL;
    process_end_loan(process);
}

void process_exit(int status)
{
    struct process *process = process_current();

    process_record_end(process, status);
    clear_child_tid(thread_current());
    process_timers_end(process);
    process_leave_files(process);
    leave_memory(process);
    if (process->pid == PROCESS_FIRST_PID) {
        process->is_zombie = true;
        validate_if_asked();
        end_of_work(status);
    }
    if (process->session == process->pid) {
        terminal_leader_ends(process);
    }
    group_process_ends(process);
    hand_children_to_first(process);
    process->wait_status = status;
    process->is_zombie = true;
    tell_parent(process);
    validate_if_asked();
    thread_end();
}
