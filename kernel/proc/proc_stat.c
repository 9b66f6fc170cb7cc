/* /proc/PID/stat, statm and limits: a process in numbers. */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/process.h"

/* Linux's priority of a process that nobody made nicer; of one with a
 * realtime policy it is below 0. */
#define PRIORITY        20
#define TERMINAL_DEVICE ((int)MAKEDEV(5, 1))
#define EXIT_SIGNAL     SIGCHLD

/* Of a set of signals, what the columns of stat have room for. */
#define SIGNALS_SHOWN   0x7fffffffull

/* Pages of areas that run and come from a file: Linux's VmExe. */
uint64_t proc_text_pages(const struct aspace *aspace)
{
    uint64_t pages = 0;
    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        bool is_text = a->file != NULL && (a->flags & AREA_EXEC) != 0;
        pages += is_text ? area_pages(a) : 0;
    }
    return pages;
}

/* Pages: all, in memory, in memory from files, text, libraries, data and
 * stack, and one that is always 0. */
void proc_statm(struct seq_text *text, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        seq_print(text, "0 0 0 0 0 0 0\n");
        return;
    }
    const struct area_totals *totals = &aspace->areas.totals;
    struct aspace_usage usage = {0};

    aspace_usage_add_all(aspace, &usage);
    seq_print(text, "%llu %llu %llu %llu 0 %llu 0\n",
              (unsigned long long)totals->pages,
              (unsigned long long)usage.resident,
              (unsigned long long)(usage.resident - usage.anonymous),
              (unsigned long long)proc_text_pages(aspace),
              (unsigned long long)(totals->data + totals->stack));
}

static void print_numbers(struct seq_text *text, const uint64_t *numbers,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        seq_print(text, " %llu", (unsigned long long)numbers[i]);
    }
}

static void print_zeros(struct seq_text *text, size_t count)
{
    while (count-- > 0) {
        seq_print(text, " 0");
    }
}

/* Fields 23 to 28: its size, and where its parts begin. The addresses of text
 * and data are not kept. */
static void print_memory(struct seq_text *text, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    struct aspace_usage usage = {0};

    if (aspace == NULL) {
        print_zeros(text, 6);
        return;
    }
    aspace_usage_add_all(aspace, &usage);
    const uint64_t numbers[] = {
        aspace->areas.totals.pages * PAGE_SIZE,
        usage.resident,
        process->limits[RLIMIT_RSS].current,
        0,
        0,
        aspace->stack_start,
    };
    print_numbers(text, numbers, ARRAY_COUNT(numbers));
}

/* Fields 45 to 51. */
static void print_places(struct seq_text *text, const struct process *process)
{
    const struct aspace *aspace = process->aspace;

    if (aspace == NULL) {
        print_zeros(text, 7);
        return;
    }
    const uint64_t numbers[] = {
        0,
        0,
        aspace->brk_start,
        aspace->arg_start,
        aspace->arg_end,
        aspace->arg_end,
        aspace->env_end,
    };
    print_numbers(text, numbers, ARRAY_COUNT(numbers));
}

/* Fields 14 to 17: the time USER and SYSTEM, and that of the process's
 * children, in ticks of Linux's clock. */
static void print_times(struct seq_text *text, const struct process *process,
                        uint64_t user, uint64_t system)
{
    const uint64_t numbers[] = {
        user / NANOSECONDS_PER_TICK,
        system / NANOSECONDS_PER_TICK,
        process->used_children.user / NANOSECONDS_PER_TICK,
        process->used_children.system / NANOSECONDS_PER_TICK,
    };
    print_numbers(text, numbers, ARRAY_COUNT(numbers));
}

static int shown_priority(const struct thread_priority *priority)
{
    return priority->realtime != 0 ? -1 - priority->realtime
                                   : PRIORITY + priority->nice;
}

/* The fields as proc(5) numbers them. */
static void print_stat(struct seq_text *text, const struct thread *thread,
                       uint64_t user, uint64_t system)
{
    const struct process *process = thread->process;
    const struct thread_priority *priority = &thread->priority;
    struct proc_signals signals = proc_signals(process);
    const uint64_t sets[] = {
        thread->signals.queue.set & SIGNALS_SHOWN,
        thread->signals.blocked & SIGNALS_SHOWN,
        signals.ignored & SIGNALS_SHOWN,
        signals.handled & SIGNALS_SHOWN,
    };

    seq_print(text, "%d (%s) %c %d", thread->tid, thread->name,
              proc_state(thread)[0], proc_parent(process));
    seq_print(text, " %d %d %d %d", process->group, process->session,
              process->has_terminal ? TERMINAL_DEVICE : 0,
              terminal_foreground(process));
    print_zeros(text, 5); /* flags and faults: 9 to 13 */
    print_times(text, process, user, system);
    seq_print(text, " %d %d %u 0 0", shown_priority(priority), priority->nice,
              process_thread_count(process));
    print_memory(text, process);
    print_zeros(text, 2); /* rsp and rip */
    print_numbers(text, sets, ARRAY_COUNT(sets));
    print_zeros(text, 3);
    seq_print(text, " %d", EXIT_SIGNAL);
    seq_print(text, " 0 %d %d 0 0 0", priority->realtime, priority->policy);
    print_places(text, process);
    seq_print(text, " %d\n", process->wait_status);
}

void proc_stat(struct seq_text *text, const struct process *process)
{
    print_stat(text, process->leader, process->used.user, process->used.system);
}

void proc_thread_stat(struct seq_text *text, const struct thread *thread)
{
    print_stat(text, thread, thread->user_time, thread->system_time);
}
