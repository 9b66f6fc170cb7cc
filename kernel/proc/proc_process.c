/* The files of /proc/PID. */
#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"
#include "kernel/proc/proc_priv.h"

#define KIB_PER_PAGE (PAGE_SIZE / KIB)

const char *proc_state(const struct process *process)
{
    switch (process->state) {
    case PROCESS_RUNNABLE:
        return "R (running)";
    case PROCESS_WAITING:
        return "S (sleeping)";
    case PROCESS_STOPPED:
        return "T (stopped)";
    case PROCESS_ZOMBIE:
        break;
    }
    return "Z (zombie)";
}

int proc_parent(const struct process *process)
{
    return process->parent != NULL ? process->parent->pid : 0;
}

/* Not as wide as in meminfo, and with a tab. */
static void print_size(struct window *window, const char *name, uint64_t pages)
{
    window_print(window, "%s:\t%8llu kB\n", name,
                 (unsigned long long)(pages * KIB_PER_PAGE));
}

static void print_sizes(struct window *window, struct aspace *aspace)
{
    const struct area_totals *totals = &aspace->areas.totals;
    struct aspace_usage usage = {0};

    aspace_usage_add_all(aspace, &usage);
    print_size(window, "VmSize", totals->pages);
    print_size(window, "VmLck", totals->locked);
    print_size(window, "VmRSS", usage.resident);
    print_size(window, "RssAnon", usage.anonymous);
    print_size(window, "VmData", totals->data);
    print_size(window, "VmStk", totals->stack);
    print_size(window, "VmExe", proc_text_pages(aspace));
    print_size(window, "VmLib", 0);
    print_size(window, "VmSwap", 0);
}

static void print_signals(struct window *window, const char *name,
                          uint64_t signals)
{
    window_print(window, "%s:\t%016llx\n", name, (unsigned long long)signals);
}

struct proc_signals proc_signals(const struct process *process)
{
    struct proc_signals signals = {0};

    for (unsigned i = 0; i < SIGNAL_MAX; i++) {
        uaddr_t handler = process->signals.actions[i].handler;
        if (handler == SIG_IGN) {
            signals.ignored |= BIT(i);
        } else if (handler != SIG_DFL) {
            signals.handled |= BIT(i);
        }
    }
    return signals;
}

static void print_ids(struct window *window, const char *name,
                      const struct ids *ids)
{
    window_print(window, "%s:\t%u\t%u\t%u\t%u\n", name, ids->real,
                 ids->effective, ids->saved, ids->file);
}

static void print_credentials(struct window *window,
                              const struct credentials *who)
{
    print_ids(window, "Uid", &who->user);
    print_ids(window, "Gid", &who->group);
    window_print(window, "FDSize:\t%d\nGroups:\t", PROCESS_FILES_MAX);
    for (unsigned i = 0; i < who->group_count; i++) {
        window_print(window, i > 0 ? " %u" : "%u", who->groups[i]);
    }
    window_print(window, " \n");
}

static void status(struct window *window, const struct process *process)
{
    struct proc_signals signals = proc_signals(process);

    window_print(window, "Name:\t%s\nUmask:\t0022\nState:\t%s\n", process->name,
                 proc_state(process));
    window_print(window, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n",
                 process->pid, process->pid, proc_parent(process));
    window_print(window, "TracerPid:\t0\n");
    print_credentials(window, &process->credentials);
    if (process->aspace != NULL) {
        print_sizes(window, process->aspace);
    }
    window_print(window, "Threads:\t1\n");
    print_signals(window, "SigPnd", process->pending);
    print_signals(window, "ShdPnd", 0);
    print_signals(window, "SigBlk", process->blocked);
    print_signals(window, "SigIgn", signals.ignored);
    print_signals(window, "SigCgt", signals.handled);
}

static void comm(struct window *window, const struct process *process)
{
    window_print(window, "%s\n", process->name);
}

/* Strings of the program's own memory, each with its zero byte. */
static void print_memory(struct window *window, struct aspace *aspace,
                         uaddr_t start, uaddr_t end)
{
    char part[128];

    while (start < end && !window_is_full(window)) {
        size_t size = MIN(sizeof(part), end - start);
        if (aspace_read(aspace, start, part, size) != 0) {
            return;
        }
        window_write(window, part, size);
        start += size;
    }
}

static void cmdline(struct window *window, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    if (aspace != NULL) {
        print_memory(window, aspace, aspace->arg_start, aspace->arg_end);
    }
}

static void environ(struct window *window, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    if (aspace != NULL) {
        print_memory(window, aspace, aspace->arg_end, aspace->env_end);
    }
}

const struct proc_file proc_process_files[] = {
    {.name = "cmdline", .text = cmdline},
    {.name = "comm", .text = comm},
    {.name = "environ", .text = environ},
    {.name = "limits", .text = proc_limits},
    {.name = "maps", .text = proc_maps},
    {.name = "smaps", .text = proc_smaps},
    {.name = "stat", .text = proc_stat},
    {.name = "statm", .text = proc_statm},
    {.name = "status", .text = status},
    {.name = NULL},
};
