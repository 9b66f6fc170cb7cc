/* /proc/PID/timers: those that timer_create made, as Linux 6.1 shows them. */
#include "kernel/abi/time.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

/* The timer of PROCESS with INDEX, from the newest on, or NULL. */
static const struct process_timer *find(const struct process *process,
                                        uint64_t index)
{
    list_for_each(node, &process->timers.created)
    {
        if (index-- == 0) {
            return list_entry(node, struct process_timer, all);
        }
    }
    return NULL;
}

static const char *name_of(int notify)
{
    switch (notify) {
    case SIGEV_NONE:
        return "none";
    case SIGEV_THREAD:
        return "thread";
    default:
        return "signal";
    }
}

/* The key of a timer is its index. */
bool proc_timers(struct seq_text *text, const struct process *process,
                 uint64_t *key)
{
    const struct process_timer *timer = find(process, *key);

    if (timer == NULL) {
        return false;
    }
    bool is_for_thread = timer->notify == SIGEV_THREAD_ID;
    seq_print(text, "ID: %d\nsignal: %d/%016llx\n", timer->id, timer->signal,
              (unsigned long long)timer->value);
    seq_print(text, "notify: %s/%s.%d\nClockID: %d\n", name_of(timer->notify),
              is_for_thread ? "tid" : "pid",
              is_for_thread ? timer->tid : process->pid, timer->clock);
    ++*key;
    return true;
}
