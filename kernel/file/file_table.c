/* The descriptors of a process. */
#include "kernel/file/file_table.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/lib/assert.h"

static_assert(PROCESS_FILES_MAX <= 64, "close_on_exec has a bit for each");

static bool is_descriptor(int fd)
{
    return fd >= 0 && fd < PROCESS_FILES_MAX;
}

struct file *file_table_find_any(const struct process *process, int fd)
{
    return is_descriptor(fd) ? process->files[fd] : NULL;
}

struct file *file_table_find(const struct process *process, int fd)
{
    struct file *file = file_table_find_any(process, fd);
    bool is_path = file != NULL && (file->flags & O_PATH) != 0;
    return is_path ? NULL : file;
}

void file_table_set(struct process *process, int fd, struct file *file,
                    int flags)
{
    ASSERT(is_descriptor(fd));
    if (process->files[fd] != NULL) {
        file_put(process->files[fd]);
    }
    process->files[fd] = file;
    process->close_on_exec &= ~BIT(fd);
    if ((flags & O_CLOEXEC) != 0) {
        process->close_on_exec |= BIT(fd);
    }
}

int file_table_add(struct process *process, struct file *file, int lowest,
                   int flags)
{
    ASSERT_CMP(lowest, >=, 0);
    for (int fd = lowest; fd < PROCESS_FILES_MAX; fd++) {
        if (process->files[fd] == NULL) {
            file_table_set(process, fd, file, flags);
            return fd;
        }
    }
    return -EMFILE;
}

int file_table_close(struct process *process, int fd)
{
    if (file_table_find_any(process, fd) == NULL) {
        return -EBADF;
    }
    file_table_set(process, fd, NULL, 0);
    return 0;
}

void file_table_copy(struct process *to, const struct process *from)
{
    for (int fd = 0; fd < PROCESS_FILES_MAX; fd++) {
        ASSERT(to->files[fd] == NULL);
        if (from->files[fd] != NULL) {
            to->files[fd] = file_get(from->files[fd]);
        }
    }
    to->close_on_exec = from->close_on_exec;
}

void file_table_close_all(struct process *process)
{
    for (int fd = 0; fd < PROCESS_FILES_MAX; fd++) {
        file_table_set(process, fd, NULL, 0);
    }
}

void file_table_close_on_exec(struct process *process)
{
    for (int fd = 0; fd < PROCESS_FILES_MAX; fd++) {
        if ((process->close_on_exec & BIT(fd)) != 0) {
            file_table_set(process, fd, NULL, 0);
        }
    }
}
