/* System calls on descriptors themselves: dup, fcntl, ioctl. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/flock.h"
#include "kernel/abi/termios.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/sys_lock.h"
#include "kernel/syscall/sys_pipe.h"
#include "mm/user_copy.h"

/* What F_SETFL may change. */
#define SETTABLE_FLAGS (O_APPEND | O_NONBLOCK | FASYNC | O_DIRECT | O_NOATIME)

/* A new descriptor, LOWEST at least, for the file of FD. */
static int64_t duplicate(int fd, int lowest, int flags)
{
    struct process *process = process_current();
    struct file *file = file_table_find_any(process->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    int result = process_reserve_file(lowest);
    if (result >= 0) {
        file_table_set(process->files, result, file_get(file), flags);
    }
    return result;
}

int64_t sys_dup(int fd)
{
    return duplicate(fd, 0, 0);
}

/* Makes WANTED, which is not FD, a descriptor of the same file. */
static int64_t replace(int fd, int wanted, int flags)
{
    struct process *process = process_current();
    struct file *file = file_table_find_any(process->files, fd);

    if (wanted < 0 || wanted >= process_file_limit(process) || file == NULL) {
        return -EBADF;
    }
    if (file_table_find_any(process->files, wanted) == NULL &&
        process_reserve_file(wanted) != wanted) {
        return -ENOMEM;
    }
    file_table_set(process->files, wanted, file_get(file), flags);
    return wanted;
}

int64_t sys_dup2(int fd, int wanted)
{
    if (fd == wanted) {
        bool is_open =
            file_table_find_any(process_current()->files, fd) != NULL;
        return is_open ? fd : -EBADF;
    }
    return replace(fd, wanted, 0);
}

int64_t sys_dup3(int fd, int wanted, int flags)
{
    if ((flags & ~O_CLOEXEC) != 0 || fd == wanted) {
        return -EINVAL;
    }
    return replace(fd, wanted, flags);
}

/* The running process has a table of its own from now on. */
static int unshare_table(struct process *process)
{
    struct file_table *table = process->files;

    if (table->references == 1) {
        return 0;
    }
    table = file_table_copy(table);
    if (table == NULL) {
        return -ENOMEM;
    }
    file_table_put(process->files);
    process->files = table;
    return 0;
}

int64_t sys_close_range(unsigned first, unsigned last, unsigned flags)
{
    struct process *process = process_current();

    if ((flags & ~CLOSE_RANGE_FLAGS) != 0 || first > last) {
        return -EINVAL;
    }
    if ((flags & CLOSE_RANGE_UNSHARE) != 0 && unshare_table(process) != 0) {
        return -ENOMEM;
    }
    struct file_table *table = process->files;
    int fd = first <= INT32_MAX ? file_table_next(table, (int)first) : -1;
    while (fd >= 0 && (unsigned)fd <= last) {
        if ((flags & CLOSE_RANGE_CLOEXEC) != 0) {
            file_table_set_flags(table, fd, FD_CLOEXEC);
        } else {
            file_table_set(table, fd, NULL, 0);
        }
        fd = file_table_next(table, fd + 1);
    }
    return 0;
}

static void set_close_on_exec(int fd, int flags)
{
    file_table_set_flags(process_current()->files, fd, flags);
}

static void set_flags(struct file *file, int flags)
{
    file->flags &= ~SETTABLE_FLAGS;
    file->flags |= flags & SETTABLE_FLAGS;
}

static int64_t duplicate_above(int fd, uint64_t lowest, int flags)
{
    if (lowest >= (uint64_t)process_file_limit(process_current())) {
        return -EINVAL;
    }
    return duplicate(fd, (int)lowest, flags);
}

/* The commands that a file opened with O_PATH knows too. */
static bool is_for_descriptor(int command)
{
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ||
           command == F_GETFD || command == F_SETFD || command == F_GETFL;
}

int64_t sys_fcntl(int fd, int command, uint64_t argument, enum word_size words)
{
    const struct process *process = process_current();
    struct file *file = is_for_descriptor(command)
                            ? file_table_find_any(process->files, fd)
                            : file_table_find(process->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    switch (command) {
    case F_DUPFD:
        return duplicate_above(fd, argument, 0);
    case F_DUPFD_CLOEXEC:
        return duplicate_above(fd, argument, O_CLOEXEC);
    case F_GETFD:
        return file_table_flags(process->files, fd);
    case F_SETFD:
        set_close_on_exec(fd, (int)argument);
        return 0;
    case F_GETFL:
        return file->flags;
    case F_SETFL:
        set_flags(file, (int)argument);
        return 0;
    case F_ADD_SEALS:
        return memory_file_add_seals(file, argument);
    case F_GET_SEALS:
        return memory_file_seals(file);
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
        return sys_pipe_size(file, command, argument);
    default:
        return sys_fcntl_lock(file, fd, command, argument, words);
    }
}

/* i386's older call does not know the locks of 64 bits. */
int64_t sys_old_fcntl_32(int fd, int command, uint64_t argument)
{
    bool is_wide = (command >= F_GETLK64 && command <= F_SETLKW64) ||
                   (command >= F_OFD_GETLK && command <= F_OFD_SETLKW);

    return is_wide ? -EINVAL : sys_fcntl(fd, command, argument, WORDS_32);
}

static int64_t set_nonblocking(struct file *file, uaddr_t from)
{
    int wanted;
    int error = copy_from_user(&wanted, from, sizeof(wanted));
    if (error != 0) {
        return error;
    }
    set_flags(file, wanted != 0 ? file->flags | O_NONBLOCK
                                : file->flags & ~O_NONBLOCK);
    return 0;
}

/* What is left to read of a regular file. */
static int64_t get_left(const struct file *file, uaddr_t to)
{
    int left = (int)(file->inode->size - file->offset);
    return copy_to_user(to, &left, sizeof(left));
}

int64_t sys_ioctl(int fd, unsigned command, uaddr_t argument)
{
    struct file *file = file_table_find(process_current()->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    switch (command) {
    case FIOCLEX:
        set_close_on_exec(fd, FD_CLOEXEC);
        return 0;
    case FIONCLEX:
        set_close_on_exec(fd, 0);
        return 0;
    case FIONBIO:
        return set_nonblocking(file, argument);
    default:
        break;
    }
    if (command == FIONREAD && inode_is(file->inode, S_IFREG)) {
        return get_left(file, argument);
    }
    const struct inode_operations *operations = file->inode->operations;
    if (operations == NULL || operations->ioctl == NULL) {
        return -ENOTTY;
    }
    return operations->ioctl(file, command, argument);
}
