/* System calls on descriptors: open, close, move bytes, seek. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

/* file_read or file_write. */
typedef int64_t transfer(struct file *file, uint64_t offset, uaddr_t buffer,
                         uint64_t size);

static struct file *find(int fd)
{
    return file_table_find(process_current()->files, fd);
}

/* Moves bytes where the file's offset is, and the offset with them. Inline, so
 * that MOVE is known: the way of most calls of programs. */
static ALWAYS_INLINE int64_t transfer_on(struct file *file, transfer *move,
                                         uaddr_t buffer, uint64_t size)
{
    file_hold(file);
    int64_t moved = move(file, file->offset, buffer, size);
    if (moved > 0 && file_has_offset(file)) {
        file_advance(file, move == file_write ? FILE_WRITE : FILE_READ,
                     (uint64_t)moved);
    }
    file_release(file);
    return moved;
}

int64_t sys_read(int fd, uaddr_t to, uint64_t size)
{
    struct file *file = find(fd);
    return file == NULL ? -EBADF : transfer_on(file, file_read, to, size);
}

int64_t sys_write(int fd, uaddr_t from, uint64_t size)
{
    struct file *file = find(fd);
    return file == NULL ? -EBADF : transfer_on(file, file_write, from, size);
}

static int64_t transfer_at(int fd, transfer *move, uaddr_t buffer,
                           uint64_t size, uint64_t offset)
{
    struct file *file = find(fd);

    if ((int64_t)offset < 0) {
        return -EINVAL;
    }
    if (file == NULL) {
        return -EBADF;
    }
    if (!file_can_seek(file)) {
        return -ESPIPE;
    }
    file_hold(file);
    int64_t moved = move(file, offset, buffer, size);
    file_release(file);
    return moved;
}

int64_t sys_pread64(int fd, uaddr_t to, uint64_t size, uint64_t offset)
{
    return transfer_at(fd, file_read, to, size, offset);
}

int64_t sys_pwrite64(int fd, uaddr_t from, uint64_t size, uint64_t offset)
{
    return transfer_at(fd, file_write, from, size, offset);
}

int64_t sys_lseek(int fd, int64_t offset, int whence)
{
    struct file *file = find(fd);
    return file == NULL ? -EBADF : file_seek(file, offset, whence);
}

int64_t sys_llseek_32(int fd, uint32_t high, uint32_t low, uaddr_t result,
                      int whence)
{
    int64_t offset = (int64_t)((uint64_t)high << 32 | low);
    int64_t target = sys_lseek(fd, offset, whence);
    if (target < 0) {
        return target;
    }
    return copy_to_user(result, &target, sizeof(target));
}

int64_t sys_openat(int directory, uaddr_t path, int flags, int door_flags,
                   uint32_t mode)
{
    struct process *process = process_current();
    struct path_argument argument;
    struct file *file;

    int error = path_argument_get(directory, path, &argument);
    if (error != 0) {
        return error;
    }
    int fd = process_reserve_file(0);
    if (fd < 0) {
        return fd;
    }
    const struct file_request request = {
        .flags = (flags & O_KNOWN) | door_flags,
        .mode = mode & S_PERMISSIONS & ~process->context->umask,
    };
    error = file_open_or_create(&process->credentials, argument.start,
                                argument.text, &request, &file);
    if (error != 0) {
        return error;
    }
    if (file_table_find_any(process->files, fd) != NULL) {
        fd = process_reserve_file(0); /* taken while it waited for a fifo */
    }
    if (fd < 0) {
        file_put(file);
        return fd;
    }
    file_table_set(process->files, fd, file, flags);
    return fd;
}

int64_t sys_close(int fd)
{
    return file_table_close(process_current()->files, fd);
}
