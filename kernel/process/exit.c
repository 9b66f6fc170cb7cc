/* The end of processes, and their last word to the parent. */
#include "drivers/console.h"
#include "kernel/abi/futex.h"
#include "kernel/abi/siginfo.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process/fork.h"
#include "kernel/process/group.h"
#include "kernel/process/process_priv.h"
#include "kernel/process/process_record.h"
#include "kernel/process/semaphore.h"
#include "kernel/process/signal.h"
#include "kernel/process/signalfd.h"
#include "kernel/process/validate.h"
#include "kernel/thread.h"
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

/* Who takes in the children of PARENT, which ends. */
static struct process *reaper_of(const struct process *parent)
{
    struct process *reaper = parent->parent;

    while (reaper->pid != PROCESS_FIRST_PID &&
           (!reaper->is_subreaper || reaper->is_zombie)) {
        reaper = reaper->parent;
    }
    return reaper;
}

/* Those threads of CHILD that want to know hear that its parent has ended. */
static void tell_of_parent(struct process *child)
{
    list_for_each(node, &child->threads)
    {
        const struct thread *thread = list_entry(node, struct thread, siblings);
        if (thread->parent_end_signal != 0) {
            const struct signal_info info = {
                .signal = thread->parent_end_signal,
                .code = SI_USER,
            };
            (void)signal_send_info(child, &info);
        }
    }
}

/* Their reaper waits for all of them, so they end by SIGCHLD from now on,
 * whatever they were born with. */
static void hand_children_over(struct process *parent)
{
    struct process *reaper = reaper_of(parent);

    while (!list_is_empty(&parent->children)) {
        struct process *child =
            list_entry(parent->children.next, struct process, siblings);
        process_adopt(reaper, child);
        child->exit_signal = SIGCHLD;
        tell_of_parent(child);
        if (child->is_zombie) {
            tell_parent(child);
        }
    }
}

/* As on Linux, an address that is bad by now is nobody's error. */
static void clear_child_tid(struct thread *thread)
{
    const uaddr_t address = thread->clear_child_tid;
    const uint32_t zero = 0;

    if (thread->clear_child_tid != 0) {
        (void)!copy_to_user(address, &zero, sizeof(zero));
        (void)futex_wake((struct futex){address, true}, 1,
                         FUTEX_BITSET_MATCH_ANY);
        thread->clear_child_tid = 0;
    }
}

void process_leave_words(struct thread *thread)
{
    futex_release_robust(thread);
    clear_child_tid(thread);
}

static void leave_memory(struct process *process)
{
    ASSERT(process->aspace != NULL);
    usage_note_memory(process);
    aspace_activate(NULL);
    aspace_put(process->aspace);
    process->aspace = NULL;
}

/* PROCESS ends with the running thread, its last one. */
NORETURN static void end_process(struct process *process)
{
    ASSERT(process->live_threads == 1 && !process->is_zombie);
    process_timers_end(process);
    signalfd_process_ends(process);
    process_leave_files(process);
    leave_memory(process);
    process->live_threads = 0;
    process->is_zombie = true;
    if (process->pid == PROCESS_FIRST_PID) {
        validate_if_asked();
        end_of_work(process->wait_status);
    }
    if (process->session == process->pid) {
        terminal_leader_ends(process);
    }
    group_process_ends(process);
    hand_children_over(process);
    if (thread_current() != process->leader) {
        process_free_thread(thread_current());
    }
    tell_parent(process);
    validate_if_asked();
    thread_end();
}

void process_exit_thread(int status)
{
    struct thread *thread = thread_current();
    struct process *process = thread->process;

    ASSERT_CMP(process->live_threads, >, 0u);
    process_leave_words(thread);
    undo_list_leave();
    thread_end_loan(thread);
    ASSERT(thread->loan == NULL);
    if (process->live_threads == 1) {
        if (!process->is_ending) {
            process->wait_status = status;
        }
        process_record_end(thread, status);
        end_process(process);
    }
    process_record_end(thread, status);
    process->live_threads--;
    signal_hand_over(thread, ~0ull);
    thread_wake_all(&process->thread_ends);
    if (thread != process->leader) {
        process_free_thread(thread);
    }
    thread_end();
}

void process_exit(int status)
{
    struct process *process = process_current();

    /* Who has to end already, for execve or by another exit, does just that. */
    if (!thread_current()->must_end) {
        process->is_ending = true;
        process->wait_status = status;
        process_end_others(process);
    }
    process_exit_thread(status);
}
