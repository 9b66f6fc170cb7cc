/* What processes have used. */
#include "kernel/process/usage.h"

#include "kernel/process/cpu_clock.h"
#include "kernel/process/process.h"
#include "mm/aspace.h"

struct usage usage_of_all;
uint64_t usage_page_faults;

void usage_tick(struct process *process, enum tick_mode mode,
                uint64_t nanoseconds)
{
    struct usage *used = &process->used;
    struct thread *thread = thread_current();

    if (mode == TICK_USER) {
        used->user += nanoseconds;
        usage_of_all.user += nanoseconds;
        thread->user_time += nanoseconds;
    } else {
        used->system += nanoseconds;
        usage_of_all.system += nanoseconds;
        thread->system_time += nanoseconds;
    }
    usage_note_memory(process);
}

void usage_note_memory(struct process *process)
{
    if (process->aspace != NULL) {
        process->used.peak =
            MAX(process->used.peak, aspace_resident_peak(process->aspace));
    }
}

struct usage usage_of_process(const struct process *process)
{
    struct usage usage = process->used;

    usage.ran = process_ran(process);
    return usage;
}

void usage_add_run(struct thread_run *ran, const struct thread_run *other)
{
    ran->time += other->time;
    ran->voluntary += other->voluntary;
    ran->involuntary += other->involuntary;
}

void usage_add(struct usage *usage, const struct usage *other)
{
    usage->user += other->user;
    usage->system += other->system;
    usage->peak = MAX(usage->peak, other->peak);
    usage_add_run(&usage->ran, &other->ran);
}
