/* Births, signals and ends of processes, for the record. */
#include "kernel/process/process_record.h"

#include "kernel/base.h"
#include "kernel/signal.h"
#include "mm/aspace.h"
#include "mm/byte_map.h"

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

/* Large pages that changed while an event was being written. */
static struct {
    size_t first, end;
} untold;

static void tell_later(size_t page, size_t count)
{
    bool is_empty = untold.end == 0;

    untold.first = is_empty ? page : MIN(untold.first, page);
    untold.end = MAX(untold.end, page + count);
}

void byte_map_changed(size_t page, size_t count, uint8_t state)
{
    if (record_place.is_open) {
        tell_later(page, count);
        return;
    }
    const struct record_pages pages = {.count = count, .state = state};
    struct record_event *event =
        record_begin(RECORD_PAGES, thread_current()->tid);

    event->number = (uint32_t)page;
    record_add(event, &pages, sizeof(pages));
    record_end(event);
}

void process_record_map(void)
{
    if (record_is_on) {
        byte_map_tell_changes();
    }
}

void process_record_touches(void)
{
    uaddr_t address;

    if (untold.end != 0) {
        byte_map_tell(untold.first, untold.end);
        untold.end = 0;
    }
    while (record_take_touch(&address)) {
        record_fault(address, AREA_READ, 0);
    }
}
