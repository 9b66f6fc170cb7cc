/* Files in memory without a name, and how long and how full files are:
 * memfd_create, truncate, ftruncate and fallocate. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

/* There are no files of large pages: as on a Linux without hugetlbfs, and
 * MFD_HUGETLB is a flag that is not known. */
#define KNOWN_FLAGS (MFD_CLOEXEC | MFD_ALLOW_SEALING)

int64_t sys_memfd_create(uaddr_t from, unsigned flags)
{
    const struct process *process = process_current();
    char name[MEMORY_FILE_NAME_MAX + 1];

    if ((flags & ~KNOWN_FLAGS) != 0) {
        return -EINVAL;
    }
    int64_t length = copy_string_from_user(name, from, sizeof(name));
    if (length < 0) {
        return length == -ENAMETOOLONG ? -EINVAL : length;
    }
    int fd = process_reserve_file(0);
    if (fd < 0) {
        return fd;
    }
    const struct memory_file_request request = {
        .name = name,
        .uid = process->credentials.user.file,
        .gid = process->credentials.group.file,
        .seals = (flags & MFD_ALLOW_SEALING) != 0 ? 0 : F_SEAL_SEAL,
    };
    struct file *file = memory_file_create(&request);
    if (file == NULL) {
        return -ENOMEM;
    }
    file_table_set(process->files, fd, file,
                   (flags & MFD_CLOEXEC) != 0 ? O_CLOEXEC : 0);
    return fd;
}

/* SMALL_MAX is the longest that a file may get which is not open with
 * O_LARGEFILE. */
static int64_t truncate(int fd, uint64_t size, uint64_t small_max)
{
    if ((int64_t)size < 0) {
        return -EINVAL;
    }
    struct file *file = file_table_find(process_current()->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    if ((file->flags & O_LARGEFILE) == 0 && size > small_max) {
        return -EINVAL;
    }
    return file_truncate(file, size);
}

int64_t sys_truncate(uaddr_t path, int64_t size)
{
    const struct credentials *who = &process_current()->credentials;
    struct place found;

    if (size < 0) {
        return -EINVAL;
    }
    int error = path_argument_find(AT_FDCWD, path, 0, &found);
    if (error != 0) {
        return error;
    }
    if (!inode_is(found.inode, S_IFREG)) {
        return inode_is(found.inode, S_IFDIR) ? -EISDIR : -EINVAL;
    }
    error = place_permission(found, who, W_OK);
    return error != 0 ? error : file_truncate_place(found, (uint64_t)size);
}

int64_t sys_truncate64_32(uaddr_t path, uint64_t size)
{
    return sys_truncate(path, (int64_t)size);
}

int64_t sys_ftruncate(int fd, int64_t size)
{
    return truncate(fd, (uint64_t)size, INT32_MAX);
}

int64_t sys_ftruncate64_32(int fd, uint64_t size)
{
    return truncate(fd, size, INT64_MAX);
}

/* Why FILE has no pages that could be made or given back. */
static int check_allocate(const struct file *file, int mode)
{
    const int punch = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    const struct inode *inode = file->inode;

    if (mode != 0 && mode != FALLOC_FL_KEEP_SIZE && mode != punch) {
        return -EOPNOTSUPP;
    }
    if (!file_is_for_writing(file->flags)) {
        return -EBADF;
    }
    if (inode_is(inode, S_IFIFO)) {
        return -ESPIPE;
    }
    if (!inode_is(inode, S_IFREG)) {
        return -ENODEV;
    }
    return regular_is(inode) ? 0 : -EOPNOTSUPP;
}

int64_t sys_fallocate(int fd, int mode, int64_t offset, int64_t size)
{
    struct file *file = file_table_find(process_current()->files, fd);
    uint64_t start = (uint64_t)offset;

    if (file == NULL) {
        return -EBADF;
    }
    if (offset < 0 || size <= 0) {
        return -EINVAL;
    }
    int error = check_allocate(file, mode);
    if (error != 0) {
        return error;
    }
    if (size > INT64_MAX - offset) {
        return -EFBIG;
    }
    uint64_t end = start + (uint64_t)size;
    if ((mode & FALLOC_FL_PUNCH_HOLE) != 0) {
        return regular_punch(file->inode, start, end);
    }
    return regular_allocate(file->inode, start, end,
                            mode == FALLOC_FL_KEEP_SIZE ? REGULAR_KEEPS_SIZE
                                                        : REGULAR_GROWS);
}
