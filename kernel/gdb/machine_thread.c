/* Threads as gdb sees them: this CPU, and the processes. */
#include "kernel/gdb/machine.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

#define CPU_COUNT 1

bool target_thread_is_cpu(int thread)
{
    return thread < GDB_PROCESS_BASE;
}

int target_thread_current(void)
{
    return (int)cpu_index() + 1;
}

struct process *machine_process(int thread)
{
    if (!target_thread_is_cpu(thread)) {
        return process_find(thread - GDB_PROCESS_BASE);
    }
    struct process *running = process_current();
    return running != NULL ? running : focus_process();
}

int target_thread_next(int thread)
{
    const struct process *process;

    if (thread < CPU_COUNT) {
        return thread + 1;
    }
    if (target_thread_is_cpu(thread)) {
        process = process_first();
    } else {
        process = process_find(thread - GDB_PROCESS_BASE);
        process = process != NULL ? process_next(process) : NULL;
    }
    return process != NULL ? GDB_PROCESS_BASE + process->pid : 0;
}

void target_thread_name(int thread, char *to, size_t size)
{
    const struct process *process = machine_process(thread);

    if (target_thread_is_cpu(thread)) {
        snprintf(to, size, "cpu%d", thread - 1);
    } else if (process != NULL) {
        snprintf(to, size, "%s[%d]", process_name(process), process->pid);
    } else {
        snprintf(to, size, "gone");
    }
}

static const char *state_name(const struct process *process)
{
    if (process == process_current()) {
        return "running on cpu0";
    }
    switch (process->leader->state) {
    case THREAD_RUNNABLE:
        return "ready";
    case THREAD_WAITING:
        return "waiting";
    case THREAD_STOPPED:
        return "stopped";
    case THREAD_ENDED:
        break;
    }
    return "zombie";
}

void target_thread_state(int thread, char *to, size_t size)
{
    const struct process *process = target_thread_is_cpu(thread)
                                        ? process_current()
                                        : machine_process(thread);
    if (process == NULL) {
        snprintf(to, size, "kernel");
    } else if (target_thread_is_cpu(thread)) {
        snprintf(to, size, "%s[%d] in %s", process_name(process), process->pid,
                 machine_is_in_user() ? "user mode" : "the kernel");
    } else {
        snprintf(to, size, "%s", state_name(process));
    }
}
