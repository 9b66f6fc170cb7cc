/* Who ends when memory does, and how (Linux's mm/oom_kill.c). */
#include "kernel/process/out_of_memory.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/process/badness.h"
#include "kernel/process/signal.h"
#include "mm/aspace_usage.h"
#include "mm/settings.h"

#define KIB_PER_PAGE  (PAGE_SIZE / KIB)

/* All processes are listed in the log no more often than this. */
#define LIST_INTERVAL (5 * NANOSECONDS_PER_SECOND)

/* A child that has its parent's memory on loan: that would not be freed. */
static bool is_on_loan(const struct process *process)
{
    return process->leader->loan != NULL &&
           process->aspace == process->parent->aspace;
}

/* Pages in memory of PROCESS. Those of its own are counted, and those that show
 * an object are looked for where there can be some. */
static uint64_t resident_pages(const struct process *process)
{
    struct aspace *aspace = process->aspace;
    struct aspace_usage usage = {0};

    for (const struct vma *a = aspace->areas.first; a != NULL; a = a->next) {
        if (a->object != NULL) {
            aspace_usage_add(aspace, a, &usage);
        }
    }
    return aspace->resident_pages + usage.resident - usage.anonymous;
}

int64_t out_of_memory_badness(const struct process *process)
{
    struct badness_facts facts = {.adjust = process->out_of_memory_adjust};

    if (process->pid == PROCESS_FIRST_PID || process->aspace == NULL ||
        process->aspace->is_reaped || is_on_loan(process)) {
        return BADNESS_NEVER;
    }
    facts.resident = resident_pages(process);
    facts.tables = aspace_table_frames(process->aspace);
    return badness_of(&facts, memory_settings.ram_pages);
}

/* What a process is to have, and how little others may give it. */
struct adjustment {
    int adjust;
    bool is_least; /* ADJUST is the least from now on */
};

static void adjust_one(struct process *process,
                       const struct adjustment *adjustment)
{
    process->out_of_memory_adjust = adjustment->adjust;
    if (adjustment->is_least) {
        process->out_of_memory_least = adjustment->adjust;
    }
}

int out_of_memory_adjust(struct process *process, int adjust,
                         enum out_of_memory_file file)
{
    bool is_privileged =
        credentials_are_privileged(&process_current()->credentials);
    const struct adjustment adjustment = {
        .adjust = adjust,
        .is_least = is_privileged && file == OUT_OF_MEMORY_SCORE_ADJ,
    };
    int least = file == OUT_OF_MEMORY_ADJ ? process->out_of_memory_adjust
                                          : process->out_of_memory_least;

    if (adjust < least && !is_privileged) {
        return -EACCES;
    }
    adjust_one(process, &adjustment);
    if (process->aspace == NULL || is_on_loan(process)) {
        return 0;
    }
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->aspace == process->aspace && p->pid != PROCESS_FIRST_PID &&
            !is_on_loan(p)) {
            adjust_one(p, &adjustment);
        }
    }
    return 0;
}

static void log_process(const struct process *process)
{
    const struct aspace *aspace = process->aspace;

    log_info("[%7d] %5u %5d %8llu %8llu %8llu %13d %s", process->pid,
             process->credentials.user.real, process->pid,
             (unsigned long long)aspace->areas.totals.pages,
             (unsigned long long)resident_pages(process),
             (unsigned long long)(aspace_table_frames(aspace) * PAGE_SIZE),
             process->out_of_memory_adjust, process_name(process));
}

/* What was to choose from. */
static void log_processes(void)
{
    static uint64_t next_list;
    const struct process *caller = process_current();
    uint64_t now = clock_nanoseconds();

    if (now < next_list) {
        return;
    }
    next_list = now + LIST_INTERVAL;
    log_warn(
        "process %d (%s) needs memory, and there is none: oom_score_adj=%d",
        caller->pid, process_name(caller), caller->out_of_memory_adjust);
    log_info("[  pid  ]   uid  tgid total_vm      rss pgtables oom_score_adj "
             "name");
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->aspace != NULL) {
            log_process(p);
        }
    }
}

static unsigned long long kib(uint64_t pages)
{
    return pages * KIB_PER_PAGE;
}

static void log_victim(const struct process *victim)
{
    struct aspace_usage usage = {0};

    aspace_usage_add_all(victim->aspace, &usage);
    log_warn("Out of memory: Killed process %d (%s) total-vm:%llukB, "
             "anon-rss:%llukB, file-rss:%llukB, shmem-rss:%llukB, UID:%u "
             "pgtables:%llukB oom_score_adj:%d",
             victim->pid, process_name(victim),
             kib(victim->aspace->areas.totals.pages), kib(usage.anonymous),
             kib(usage.resident - usage.anonymous - usage.shared_memory),
             kib(usage.shared_memory), victim->credentials.user.real,
             kib(aspace_table_frames(victim->aspace)),
             victim->out_of_memory_adjust);
}

/* Is PROCESS about to give its memory back by itself? */
static bool is_ending(const struct process *process)
{
    return process->is_ending || signal_is_deadly(process->leader);
}

static uint64_t ended_count;

uint64_t out_of_memory_count(void)
{
    return ended_count;
}

/* Ends all processes that run in the memory of VICTIM. */
static void end(const struct process *victim)
{
    const struct aspace *aspace = victim->aspace;

    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->aspace == aspace && p->pid != PROCESS_FIRST_PID) {
            p->is_out_of_memory = true;
            ended_count++;
            signal_send(p, SIGKILL);
        }
    }
}

/* Ends the worst process. Returns it, or NULL: there is none to end. */
static struct process *end_worst(void)
{
    struct badness_choice choice = {.chosen = NULL};

    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        badness_offer(&choice, p, out_of_memory_badness(p));
    }
    struct process *victim = choice.chosen;
    if (victim == NULL) {
        log_warn("Out of memory and no killable processes...");
        return NULL;
    }
    if (!is_ending(victim)) {
        log_processes();
        log_victim(victim);
    }
    end(victim);
    return victim;
}

/* Those that were chosen and still have memory: the first behind PROCESS, or of
 * all for NULL. Or NULL. */
static struct process *next_victim(const struct process *process)
{
    struct process *p =
        process == NULL ? process_first() : process_next(process);

    while (p != NULL && (!p->is_out_of_memory || p->aspace == NULL)) {
        p = process_next(p);
    }
    return p;
}

bool out_of_memory_wait(void)
{
    if (signal_is_deadly(thread_current())) {
        return true;
    }
    if (next_victim(NULL) == NULL && end_worst() == NULL) {
        return false;
    }
    thread_yield();
    return true;
}

/* What the first process shares, and the running one, stays. */
static void reap(struct aspace *aspace)
{
    if (aspace == process_current()->aspace ||
        aspace == process_first()->aspace) {
        aspace->is_reaped = true;
    } else {
        aspace_reap(aspace);
    }
}

bool out_of_memory_take(void)
{
    if (signal_is_deadly(thread_current())) {
        return false;
    }
    struct process *victim = next_victim(NULL);
    while (victim != NULL && victim->aspace->is_reaped) {
        victim = next_victim(victim);
    }
    if (victim == NULL) {
        victim = end_worst();
    }
    if (victim == NULL) {
        return false;
    }
    reap(victim->aspace);
    return true;
}
