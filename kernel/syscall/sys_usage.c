/* What processes have used: getrusage and times. Faults and other counts are 0,
 * as on Linux what it does not keep. */
#include "kernel/syscall/sys_usage.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/abi/time.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define NANOSECONDS_PER_MICRO 1000u
#define MICROS_PER_SECOND     1000000u
#define KIB_PER_PAGE          (PAGE_SIZE / KIB)

static_assert(sizeof(struct rusage_64) == 144, "x86-64");
static_assert(sizeof(struct rusage_32) == 72, "i386");

static int64_t seconds_of(uint64_t nanoseconds)
{
    return (int64_t)(nanoseconds / NANOSECONDS_PER_SECOND);
}

static int64_t micros_of(uint64_t nanoseconds)
{
    return (int64_t)(nanoseconds / NANOSECONDS_PER_MICRO % MICROS_PER_SECOND);
}

static int put_32(uaddr_t to, const struct rusage_64 *usage)
{
    const struct rusage_32 narrow = {
        .user = {(int32_t)usage->user[0], (int32_t)usage->user[1]},
        .system = {(int32_t)usage->system[0], (int32_t)usage->system[1]},
        .maximum_resident = (int32_t)usage->maximum_resident,
        .voluntary = (int32_t)usage->voluntary,
        .involuntary = (int32_t)usage->involuntary,
    };
    return copy_to_user(to, &narrow, sizeof(narrow));
}

int usage_put(uaddr_t to, enum time_layout layout, const struct usage *used)
{
    const struct rusage_64 usage = {
        .user = {seconds_of(used->user), micros_of(used->user)},
        .system = {seconds_of(used->system), micros_of(used->system)},
        .maximum_resident = (int64_t)(used->peak * KIB_PER_PAGE),
        .voluntary = (int64_t)used->ran.voluntary,
        .involuntary = (int64_t)used->ran.involuntary,
    };
    return layout == TIMEVAL_64 ? copy_to_user(to, &usage, sizeof(usage))
                                : put_32(to, &usage);
}

int64_t sys_getrusage(int who, uaddr_t to, enum time_layout layout)
{
    struct process *process = process_current();
    const struct thread *thread = thread_current();

    usage_note_memory(process);
    const struct usage own = {
        .user = thread->user_time,
        .system = thread->system_time,
        .peak = process->used.peak,
        .ran = thread_ran(thread),
    };
    const struct usage all = usage_of_process(process);

    switch (who) {
    case RUSAGE_SELF:
        return usage_put(to, layout, &all);
    case RUSAGE_CHILDREN:
        return usage_put(to, layout, &process->used_children);
    case RUSAGE_THREAD:
        return usage_put(to, layout, &own);
    default:
        return -EINVAL;
    }
}

int64_t sys_times(uaddr_t to, enum time_layout layout)
{
    const struct process *process = process_current();
    const int64_t ticks[] = {
        (int64_t)(process->used.user / NANOSECONDS_PER_TICK),
        (int64_t)(process->used.system / NANOSECONDS_PER_TICK),
        (int64_t)(process->used_children.user / NANOSECONDS_PER_TICK),
        (int64_t)(process->used_children.system / NANOSECONDS_PER_TICK),
    };
    int32_t narrow[ARRAY_COUNT(ticks)];

    for (size_t i = 0; i < ARRAY_COUNT(ticks); i++) {
        narrow[i] = (int32_t)ticks[i];
    }
    int error = 0;
    if (to != 0) {
        error = layout == TIMEVAL_64 ? copy_to_user(to, ticks, sizeof(ticks))
                                     : copy_to_user(to, narrow, sizeof(narrow));
    }
    return error != 0 ? error
                      : (int64_t)(clock_nanoseconds() / NANOSECONDS_PER_TICK);
}
