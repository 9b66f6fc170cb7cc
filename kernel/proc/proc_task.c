/* /proc/PID/task: a directory for each thread, and /proc/thread-self. The place
 * of what is in such a directory has the thread's number. */
#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/proc.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/thread.h"

#define NAME           "task"
#define DIRECTORY_MODE (S_IFDIR | 0555)

/* Stand for those of all processes, and of all threads. */
static struct inode *task_directory;
static struct inode *thread_directory;

static struct place directory_of(const struct thread *thread)
{
    struct place place = name_place(thread_directory->name);

    place.pid = thread->tid;
    return place;
}

static int task_find(struct place directory, const char *name, size_t size,
                     struct place *found)
{
    const struct thread *thread = thread_find(proc_number(name, size));

    if (thread == NULL || thread->process != process_of_thread(directory.pid)) {
        return -ENOENT;
    }
    *found = directory_of(thread);
    return 0;
}

/* The index of a thread is its number. */
static int task_list(struct place directory, uint64_t *index,
                     struct place *found)
{
    const struct process *process = process_of_thread(directory.pid);
    const struct thread *first = NULL;

    if (process == NULL) {
        return -ENOENT;
    }
    list_for_each(node, &process->threads)
    {
        const struct thread *thread = list_entry(node, struct thread, siblings);
        if ((uint64_t)thread->tid >= *index &&
            (first == NULL || thread->tid < first->tid)) {
            first = thread;
        }
    }
    if (first == NULL) {
        return -ENOENT;
    }
    *index = (uint64_t)first->tid;
    *found = directory_of(first);
    return 0;
}

unsigned proc_thread_links(struct place place)
{
    const struct process *process = process_of_thread(place.pid);

    return place.inode == task_directory && process != NULL
               ? process_thread_count(process)
               : 0;
}

static int self_follow(struct place link, struct place *target)
{
    (void)link;
    *target = directory_of(thread_current());
    return 0;
}

static int64_t self_read_link(struct place link, char *to, size_t size)
{
    const struct thread *thread = thread_current();

    (void)link;
    return snprintf(to, size, "%d/" NAME "/%d", thread->pid, thread->tid);
}

static const struct inode_operations task_operations = {
    .find = task_find,
    .list = task_list,
};

static const struct inode_operations self_operations = {
    .follow = self_follow,
    .read_link = self_read_link,
};

void proc_add_tasks(struct inode *process_directory)
{
    task_directory =
        inode_create(process_directory, NAME, strlen(NAME), DIRECTORY_MODE);
    thread_directory = task_directory != NULL
                           ? inode_create_hidden(task_directory, DIRECTORY_MODE)
                           : NULL;
    if (thread_directory == NULL) {
        log_error("/proc: out of memory: no threads");
        return;
    }
    task_directory->operations = &task_operations;
    proc_add_files(thread_directory, proc_thread_files);
    proc_add_common(thread_directory);
    proc_add_link(process_directory->name->directory, "thread-self",
                  &self_operations);
}
