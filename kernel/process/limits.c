/* Limits of a process: those it begins with, and those of memory, which bind
 * its address space. */
#include "kernel/process/limits.h"

#include "kernel/abi/resource.h"
#include "kernel/lib.h"

#define MEMLOCK_LIMIT  (8 * MIB)
#define MSGQUEUE_LIMIT 819200
#define OPEN_FILES     1024
#define OPEN_FILES_MAX 4096

/* Linux's INIT_RLIMITS. */
static const struct rlimit64 defaults[RLIMIT_COUNT] = {
    [RLIMIT_CPU] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_FSIZE] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_DATA] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_STACK] = {STACK_LIMIT, RLIM64_INFINITY},
    [RLIMIT_CORE] = {0, RLIM64_INFINITY},
    [RLIMIT_RSS] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_NOFILE] = {OPEN_FILES, OPEN_FILES_MAX},
    [RLIMIT_MEMLOCK] = {MEMLOCK_LIMIT, MEMLOCK_LIMIT},
    [RLIMIT_AS] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_LOCKS] = {RLIM64_INFINITY, RLIM64_INFINITY},
    [RLIMIT_MSGQUEUE] = {MSGQUEUE_LIMIT, MSGQUEUE_LIMIT},
    [RLIMIT_NICE] = {0, 0},
    [RLIMIT_RTPRIO] = {0, 0},
    [RLIMIT_RTTIME] = {RLIM64_INFINITY, RLIM64_INFINITY},
};

/* As on Linux, no user has more than half of all threads. */
static void init_counts(struct rlimit64 limits[RLIMIT_COUNT])
{
    const uint64_t half = thread_count_max / 2;

    limits[RLIMIT_NPROC] = (struct rlimit64){half, half};
    limits[RLIMIT_SIGPENDING] = limits[RLIMIT_NPROC];
}

void limits_init(struct process *process, const struct process *parent)
{
    memcpy(process->limits, parent != NULL ? parent->limits : defaults,
           sizeof(defaults));
    if (parent == NULL) {
        init_counts(process->limits);
    }
}

struct aspace_limits limits_of_memory(const struct process *process)
{
    const struct rlimit64 *limits = process->limits;

    return (struct aspace_limits){
        .size = limits[RLIMIT_AS].current,
        .data = limits[RLIMIT_DATA].current,
        .data_maximum = limits[RLIMIT_DATA].maximum,
        .stack = limits[RLIMIT_STACK].current,
        .locked = limits[RLIMIT_MEMLOCK].current,
    };
}

static void bind(const struct process *process)
{
    process->aspace->limits = limits_of_memory(process);
    process->aspace->limits_of = process->pid;
}

void limits_enter(const struct process *process)
{
    if (process->aspace != NULL && process->aspace->limits_of != process->pid) {
        bind(process);
    }
}

void limits_changed(const struct process *process)
{
    const struct aspace *aspace = process->aspace;

    if (aspace != NULL &&
        (process == process_current() || aspace->limits_of == process->pid)) {
        bind(process);
    }
}
