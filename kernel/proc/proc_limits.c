/* /proc/PID/limits, as Linux shows them (fs/proc/base.c). */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

struct limit_name {
    const char *name;
    const char *unit; /* or NULL */
};

/* Lines in the order of RLIMIT_*. */
static const struct limit_name names[RLIMIT_COUNT] = {
    [RLIMIT_CPU] = {"Max cpu time", "seconds"},
    [RLIMIT_FSIZE] = {"Max file size", "bytes"},
    [RLIMIT_DATA] = {"Max data size", "bytes"},
    [RLIMIT_STACK] = {"Max stack size", "bytes"},
    [RLIMIT_CORE] = {"Max core file size", "bytes"},
    [RLIMIT_RSS] = {"Max resident set", "bytes"},
    [RLIMIT_NPROC] = {"Max processes", "processes"},
    [RLIMIT_NOFILE] = {"Max open files", "files"},
    [RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
    [RLIMIT_AS] = {"Max address space", "bytes"},
    [RLIMIT_LOCKS] = {"Max file locks", "locks"},
    [RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
    [RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
    [RLIMIT_NICE] = {"Max nice priority", NULL},
    [RLIMIT_RTPRIO] = {"Max realtime priority", NULL},
    [RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
};

static void print_value(struct seq_text *text, uint64_t value)
{
    if (value == RLIM64_INFINITY) {
        seq_print(text, "%-20s ", "unlimited");
    } else {
        seq_print(text, "%-20llu ", (unsigned long long)value);
    }
}

void proc_limits(struct seq_text *text, const struct process *process)
{
    seq_print(text, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit",
              "Hard Limit", "Units");
    for (size_t i = 0; i < RLIMIT_COUNT; i++) {
        seq_print(text, "%-25s ", names[i].name);
        print_value(text, process->limits[i].current);
        print_value(text, process->limits[i].maximum);
        if (names[i].unit != NULL) {
            seq_print(text, "%-10s", names[i].unit);
        }
        seq_print(text, "\n");
    }
}
