/* comm: the name of a thread, which those of its process may change. A process
 * has that of its leader. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

static int64_t comm_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    const struct thread *thread = thread_find(file->pid);
    char text[THREAD_NAME_MAX + 1];

    if (thread == NULL) {
        return -ESRCH;
    }
    size_t made = (size_t)snprintf(text, sizeof(text), "%s\n", thread->name);
    return proc_copy_text(text, made, offset, to, size);
}

/* As on Linux, what is too long is cut, and all of it counts as written. */
static int64_t comm_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    struct thread *thread = thread_find(file->pid);
    char name[THREAD_NAME_MAX] = "";

    (void)offset;
    if (copy_from_user(name, from, MIN(size, sizeof(name) - 1)) != 0) {
        return -EFAULT;
    }
    if (thread == NULL) {
        return -ESRCH;
    }
    if (thread->process != process_current()) {
        return -EINVAL;
    }
    memset(thread->name, 0, THREAD_NAME_MAX);
    string_copy(thread->name, name, THREAD_NAME_MAX);
    return (int64_t)size;
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_TEXT,
    .read = comm_read,
    .write = comm_write,
};

void proc_add_comm(struct inode *directory)
{
    proc_add_writable(directory, "comm", &operations);
}
