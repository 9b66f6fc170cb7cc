/* The files of /proc/PID. */
#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"
#include "kernel/proc_priv.h"

#define KIB_PER_PAGE (PAGE_SIZE / KIB)

/* Pages of areas that run and come from a file: Linux's VmExe. */
static uint64_t text_pages(struct aspace *aspace)
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
static void statm(struct window *window, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        window_print(window, "0 0 0 0 0 0 0\n");
        return;
    }
    const struct area_totals *totals = &aspace->areas.totals;
    window_print(window, "%llu %llu 0 %llu 0 %llu 0\n",
                 (unsigned long long)totals->pages,
                 (unsigned long long)aspace->resident_pages,
                 (unsigned long long)text_pages(aspace),
                 (unsigned long long)(totals->data + totals->stack));
}

static const char *state_of(const struct process *process)
{
    switch (process->state) {
    case PROCESS_RUNNABLE:
        return "R (running)";
    case PROCESS_WAITING:
        return "S (sleeping)";
    case PROCESS_ZOMBIE:
        break;
    }
    return "Z (zombie)";
}

static void print_size(struct window *window, const char *name, uint64_t pages)
{
    window_print(window, "%s:\t%8llu kB\n", name,
                 (unsigned long long)(pages * KIB_PER_PAGE));
}

static void print_sizes(struct window *window, struct aspace *aspace)
{
    const struct area_totals *totals = &aspace->areas.totals;

    print_size(window, "VmSize", totals->pages);
    print_size(window, "VmLck", totals->locked);
    print_size(window, "VmRSS", aspace->resident_pages);
    print_size(window, "VmData", totals->data);
    print_size(window, "VmStk", totals->stack);
    print_size(window, "VmExe", text_pages(aspace));
    print_size(window, "VmLib", 0);
    print_size(window, "VmSwap", 0);
}

static void print_signals(struct window *window, const char *name,
                          uint64_t signals)
{
    window_print(window, "%s:\t%016llx\n", name, (unsigned long long)signals);
}

/* The signals that the program ignores, and those that it handles. */
static void print_actions(struct window *window, const struct process *process)
{
    uint64_t ignored = 0;
    uint64_t handled = 0;

    for (unsigned i = 0; i < SIGNAL_MAX; i++) {
        uaddr_t handler = process->signals.actions[i].handler;
        if (handler == SIG_IGN) {
            ignored |= BIT(i);
        } else if (handler != SIG_DFL) {
            handled |= BIT(i);
        }
    }
    print_signals(window, "SigIgn", ignored);
    print_signals(window, "SigCgt", handled);
}

static void status(struct window *window, const struct process *process)
{
    int parent = process->parent != NULL ? process->parent->pid : 0;

    window_print(window, "Name:\t%s\nUmask:\t0022\nState:\t%s\n", process->name,
                 state_of(process));
    window_print(window, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n",
                 process->pid, process->pid, parent);
    window_print(window,
                 "TracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n"
                 "FDSize:\t%d\nGroups:\t \n",
                 PROCESS_FILES_MAX);
    if (process->aspace != NULL) {
        print_sizes(window, process->aspace);
    }
    window_print(window, "Threads:\t1\n");
    print_signals(window, "SigPnd", process->pending);
    print_signals(window, "ShdPnd", 0);
    print_signals(window, "SigBlk", process->blocked);
    print_actions(window, process);
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
    {.name = "maps", .text = proc_maps},
    {.name = "statm", .text = statm},
    {.name = "status", .text = status},
    {.name = NULL},
};
