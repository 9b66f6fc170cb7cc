/* The files of /proc/PID, and of /proc/PID/task/TID. */
#include "kernel/abi/pagemap.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

#define KIB_PER_PAGE (PAGE_SIZE / KIB)

const char *proc_state(const struct thread *thread)
{
    switch (thread->state) {
    case THREAD_RUNNABLE:
        return "R (running)";
    case THREAD_WAITING:
        return "S (sleeping)";
    case THREAD_STOPPED:
        return "T (stopped)";
    case THREAD_ENDED:
        break;
    }
    return "Z (zombie)";
}

int proc_parent(const struct process *process)
{
    return process->parent != NULL ? process->parent->pid : 0;
}

/* Not as wide as in meminfo, and with a tab. */
static void print_size(struct seq_text *text, const char *name, uint64_t pages)
{
    seq_print(text, "%s:\t%8llu kB\n", name,
              (unsigned long long)(pages * KIB_PER_PAGE));
}

static void print_sizes(struct seq_text *text, struct aspace *aspace)
{
    const struct area_totals *totals = &aspace->areas.totals;
    struct aspace_usage usage = {0};

    aspace_usage_add_all(aspace, &usage);
    /* Of pages that files show it is not known how many there were. */
    uint64_t gone = aspace_resident_peak(aspace) - aspace->resident_pages;
    print_size(text, "VmPeak", MAX(aspace->areas.peak_pages, totals->pages));
    print_size(text, "VmSize", totals->pages);
    print_size(text, "VmLck", totals->locked);
    print_size(text, "VmPin", 0);
    print_size(text, "VmHWM", usage.resident + gone);
    print_size(text, "VmRSS", usage.resident);
    print_size(text, "RssAnon", usage.anonymous);
    print_size(text, "RssFile",
               usage.resident - usage.anonymous - usage.shared_memory);
    print_size(text, "RssShmem", usage.shared_memory);
    print_size(text, "VmData", totals->data);
    print_size(text, "VmStk", totals->stack);
    print_size(text, "VmExe", proc_text_pages(aspace));
    print_size(text, "VmLib", 0);
    print_size(text, "VmPTE", aspace_table_frames(aspace));
    print_size(text, "VmSwap", 0);
    print_size(text, "HugetlbPages", usage.huge);
}

static void print_signals(struct seq_text *text, const char *name,
                          uint64_t signals)
{
    seq_print(text, "%s:\t%016llx\n", name, (unsigned long long)signals);
}

struct proc_signals proc_signals(const struct process *process)
{
    struct proc_signals signals = {0};

    for (unsigned i = 0; i < SIGNAL_MAX; i++) {
        uaddr_t handler = process->actions->of[i].handler;
        if (handler == SIG_IGN) {
            signals.ignored |= BIT(i);
        } else if (handler != SIG_DFL) {
            signals.handled |= BIT(i);
        }
    }
    return signals;
}

static void print_ids(struct seq_text *text, const char *name,
                      const struct ids *ids)
{
    seq_print(text, "%s:\t%u\t%u\t%u\t%u\n", name, ids->real, ids->effective,
              ids->saved, ids->file);
}

/* A zombie has no files any more. */
static int descriptor_count(const struct process *process)
{
    return process->files != NULL ? file_table_size(process->files) : 0;
}

static void print_credentials(struct seq_text *text,
                              const struct process *process)
{
    const struct credentials *who = &process->credentials;

    print_ids(text, "Uid", &who->user);
    print_ids(text, "Gid", &who->group);
    seq_print(text, "FDSize:\t%d\nGroups:\t", descriptor_count(process));
    for (unsigned i = 0; i < who->group_count; i++) {
        seq_print(text, i > 0 ? " %u" : "%u", who->groups[i]);
    }
    seq_print(text, " \n");
}

static void thread_status(struct seq_text *text, const struct thread *thread)
{
    const struct process *process = thread->process;
    struct proc_signals signals = proc_signals(process);

    seq_print(text, "Name:\t");
    seq_name(text, thread->name);
    if (process->context != NULL) {
        seq_print(text, "\nUmask:\t%04o", process->context->umask);
    }
    seq_print(text, "\nState:\t%s\n", proc_state(thread));
    seq_print(text, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n", process->pid,
              thread->tid, proc_parent(process));
    seq_print(text, "TracerPid:\t0\n");
    print_credentials(text, process);
    if (process->aspace != NULL) {
        print_sizes(text, process->aspace);
    }
    seq_print(text, "Threads:\t%u\n", process_thread_count(process));
    print_signals(text, "SigPnd", thread->signals.queue.set);
    print_signals(text, "ShdPnd", process->signals.set);
    print_signals(text, "SigBlk", thread->signals.blocked);
    print_signals(text, "SigIgn", signals.ignored);
    print_signals(text, "SigCgt", signals.handled);
    const struct thread_run ran = thread_ran(thread);
    seq_print(text, "voluntary_ctxt_switches:\t%llu\n",
              (unsigned long long)ran.voluntary);
    seq_print(text, "nonvoluntary_ctxt_switches:\t%llu\n",
              (unsigned long long)ran.involuntary);
}

/* Strings of the program's own memory, each with its zero byte. */
static size_t read_strings(struct aspace *aspace, uaddr_t start, uaddr_t end,
                           size_t offset, void *to, size_t size)
{
    size_t wanted = offset < end - start ? MIN(size, end - start - offset) : 0;

    return aspace_read(aspace, start + offset, to, wanted) == 0 ? wanted : 0;
}

static size_t cmdline(const struct process *process, size_t offset, void *to,
                      size_t size)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        return 0;
    }
    return read_strings(aspace, aspace->arg_start, aspace->arg_end, offset, to,
                        size);
}

static size_t environ(const struct process *process, size_t offset, void *to,
                      size_t size)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        return 0;
    }
    return read_strings(aspace, aspace->arg_end, aspace->env_end, offset, to,
                        size);
}

const struct proc_file proc_common_files[] = {
    {.name = "cmdline", .bytes = cmdline},
    {.name = "environ", .bytes = environ, .is_private = true},
    {.name = "frames", .record = proc_frames, .is_private = true},
    {.name = "limits", .text = proc_limits},
    {.name = "maps", .record = proc_maps},
    {.name = "oom_score", .text = proc_out_of_memory_score},
    {.name = "pagemap",
     .bytes = proc_pagemap,
     .unit = PAGEMAP_UNIT,
     .is_private = true},
    {.name = "pagewalk",
     .bytes = proc_pagewalk,
     .unit = PAGEWALK_UNIT,
     .is_private = true},
    {.name = "smaps", .record = proc_smaps},
    {.name = "smaps_rollup", .text = proc_smaps_rollup},
    {.name = "statm", .text = proc_statm},
    {.name = "status", .thread_text = thread_status},
    {.name = NULL},
};

/* Of a process stat tells all of its time, of a thread its own. */
const struct proc_file proc_process_files[] = {
    {.name = "stat", .text = proc_stat},
    {.name = "timers", .record = proc_timers},
    {.name = NULL},
};

const struct proc_file proc_thread_files[] = {
    {.name = "stat", .thread_text = proc_thread_stat},
    {.name = NULL},
};
