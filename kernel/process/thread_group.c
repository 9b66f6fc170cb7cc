/* The threads of a process: how one of them ends the others. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/process/process_priv.h"
#include "kernel/process/process_record.h"

unsigned process_thread_count(const struct process *process)
{
    unsigned count = 0;

    list_for_each(node, &process->threads)
    {
        count++;
    }
    return count;
}

void process_end_others(struct process *process)
{
    process->is_stopped = false;
    list_for_each(node, &process->threads)
    {
        struct thread *thread = list_entry(node, struct thread, siblings);
        if (thread != thread_current()) {
            thread->must_end = true;
            thread->has_signal = true;
            thread_continue(thread);
            thread_wake(thread);
        }
    }
}

/* The running thread, the only one that is left, is the leader from now on,
 * with the number of the process. */
static void take_over(struct process *process)
{
    struct thread *thread = thread_current();

    if (process->leader != thread) {
        process_record_take_over(thread, process->pid);
        process_free_thread(process->leader);
        process->leader = thread;
        thread_renumber(thread, process->pid);
    }
}

int process_become_single(void)
{
    struct process *process = process_current();

    if (thread_current()->must_end) {
        return -EINTR;
    }
    process_end_others(process);
    while (process->live_threads > 1) {
        thread_wait_deaf(&process->thread_ends);
    }
    take_over(process);
    return 0;
}
