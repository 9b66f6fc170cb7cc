/* Births, signals and ends of processes, for the record. */
#include "kernel/process/process_record.h"

#include "kernel/base.h"
#include "kernel/signal.h"

static void record_number(enum record_type type, int pid, uint32_t number)
{
    if (!record_is_on) {
        return;
    }
    struct record_event *event = record_begin(type, pid);
    event->number = number;
    record_end(event);
}

void process_record_birth(const struct process *child)
{
    record_number(RECORD_BIRTH, child->pid, (uint32_t)child->parent->pid);
}

void process_record_end(const struct process *process, int status)
{
    record_number(RECORD_END, process->pid, (uint32_t)status);
}

void process_record_signal(const struct process *process,
                           const struct signal_info *info)
{
    if (!record_is_on) {
        return;
    }
    const struct siginfo_64 shown = signal_info_to_64(info);
    struct record_event *event = record_begin(RECORD_SIGNAL, process->pid);
    record_add(event, &shown, sizeof(shown));
    record_end(event);
}
