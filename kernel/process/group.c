/* Process groups and sessions. */
#include "kernel/process/group.h"

#include "kernel/abi/errno.h"
#include "kernel/process/signal.h"

/* Places in the table of groups, each a list of the members of its groups. All
 * zero is a list that nobody has used yet. */
#define TABLE_SIZE 1024

static struct list table[TABLE_SIZE];

/* Processes by their sessions, in places that other sessions share. */
static unsigned session_counts[TABLE_SIZE];

static struct list *members_at(int group)
{
    struct list *members = &table[(unsigned)group % TABLE_SIZE];

    if (members->next == NULL) {
        list_init(members);
    }
    return members;
}

/* The member of GROUP behind PROCESS, or the first behind NULL; NULL behind the
 * last. */
static struct process *next_member(int group, struct process *process)
{
    struct list *members = members_at(group);
    struct list *node = process == NULL ? members : &process->members;

    while ((node = list_next(members, node)) != NULL) {
        struct process *found = list_entry(node, struct process, members);
        if (found->group == group) {
            return found;
        }
    }
    return NULL;
}

void group_join(struct process *process, int group)
{
    list_remove(&process->members);
    process->group = group;
    list_append(members_at(group), &process->members);
}

int group_session(int group)
{
    const struct process *member = next_member(group, NULL);

    return member != NULL ? member->session : GROUP_NONE;
}

void group_send(int group, int signal)
{
    for (struct process *p = NULL; (p = next_member(group, p)) != NULL;) {
        signal_send(p, signal);
    }
}

/* Could PROCESS's parent, if it is a shell, continue it? */
static bool has_keeper(const struct process *process)
{
    const struct process *parent = process->parent;

    return parent != NULL && parent->pid != PROCESS_FIRST_PID &&
           parent->group != process->group &&
           parent->session == process->session;
}

bool group_is_orphaned(int group, const struct process *ignored)
{
    for (struct process *p = NULL; (p = next_member(group, p)) != NULL;) {
        if (p != ignored && !p->is_zombie && has_keeper(p)) {
            return false;
        }
    }
    return true;
}

static bool has_stopped(int group)
{
    for (struct process *p = NULL; (p = next_member(group, p)) != NULL;) {
        if (p->is_stopped) {
            return true;
        }
    }
    return false;
}

static void release_orphans(int group, const struct process *ended)
{
    if (has_stopped(group) && group_is_orphaned(group, ended)) {
        group_send(group, SIGHUP);
        group_send(group, SIGCONT);
    }
}

void group_process_ends(const struct process *process)
{
    if (has_keeper(process)) {
        release_orphans(process->group, process);
    }
    list_for_each(node, &process->children)
    {
        const struct process *child =
            list_entry(node, struct process, siblings);
        if (child->group != process->group &&
            child->session == process->session) {
            release_orphans(child->group, child);
        }
    }
}

void session_join(struct process *process, int session)
{
    process->session = session;
    session_counts[(unsigned)session % TABLE_SIZE]++;
}

void session_leave(const struct process *process)
{
    session_counts[(unsigned)process->session % TABLE_SIZE]--;
}

static bool is_session(int number)
{
    if (session_counts[(unsigned)number % TABLE_SIZE] == 0) {
        return false;
    }
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->session == number) {
            return true;
        }
    }
    return false;
}

bool thread_number_is_taken(int tid)
{
    return group_session(tid) != GROUP_NONE || is_session(tid);
}

int session_begin(struct process *process)
{
    if (group_session(process->pid) != GROUP_NONE) {
        return -EPERM;
    }
    group_join(process, process->pid);
    session_leave(process);
    session_join(process, process->pid);
    process->has_terminal = false;
    return 0;
}

void session_lose_terminal(int session)
{
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (p->session == session) {
            p->has_terminal = false;
        }
    }
}
