/* Births, signals and ends of processes, for the record. */
#include "kernel/process/process_record.h"

#include "kernel/base.h"
#include "kernel/signal.h"
#include "mm/aspace.h"

static void record_number(enum record_type type, int tid, uint32_t number)
{
    if (!record_is_on) {
        return;
    }
    struct record_event *event = record_begin(type, tid);
    event->number = number;
    record_end(event);
}

void process_record_birth(const struct thread *child)
{
    record_number(RECORD_BIRTH, child->tid, (uint32_t)thread_current()->tid);
}

void process_record_take_over(const struct thread *thread, int tid)
{
    record_number(RECORD_TAKE_OVER, thread->tid, (uint32_t)tid);
}

/* As a debugger on Linux sees it, a leader ends when all others have. */
void process_record_end(const struct thread *thread, int status)
{
    const struct process *process = thread->process;
    bool is_last = process->live_threads == 1;

    if (process->is_ending) {
        status = process->wait_status;
    }
    if (thread != process->leader) {
        record_number(RECORD_END, thread->tid, (uint32_t)status);
    }
    if (is_last) {
        record_number(RECORD_END, process->pid, (uint32_t)process->wait_status);
    }
}

void process_record_signal(const struct thread *thread,
                           const struct signal_info *info)
{
    if (!record_is_on) {
        return;
    }
    const struct siginfo_64 shown = signal_info_to_64(info);
    struct record_event *event = record_begin(RECORD_SIGNAL, thread->tid);
    record_add(event, &shown, sizeof(shown));
    record_end(event);
}

struct record_memory process_record_memory(void)
{
    const struct aspace *aspace = process_current()->aspace;

    return (struct record_memory){
        .mapped = aspace->areas.totals.pages,
        .resident = aspace->resident_pages,
        .large = aspace->large_leaves,
    };
}

static void record_fault(uaddr_t address, uint32_t access, uint64_t ticks)
{
    const struct record_fault fault = {
        .address = address,
        .ticks = ticks,
        .memory = process_record_memory(),
    };
    struct record_event *event =
        record_begin(RECORD_FAULT, thread_current()->tid);

    event->number = access;
    record_add(event, &fault, sizeof(fault));
    record_end(event);
}

int process_record_fault(uaddr_t address, uint32_t access)
{
    uint64_t start = rdtsc();
    int error = aspace_fault(process_current()->aspace, address, access);
    uint64_t ticks = rdtsc() - start;

    if (error == 0 && !record_touched(address)) {
        record_fault(address, access, ticks);
    }
    return error;
}

void process_record_touches(void)
{
    uaddr_t address;

    while (record_take_touch(&address)) {
        record_fault(address, AREA_READ, 0);
    }
}
