/* System calls that bring files to where they are kept: all of them are in
 * memory, where they are already. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"

static struct file *find(int fd)
{
    return file_table_find(process_current()->files, fd);
}

/* Of the tree: neither /proc, nor a pipe, nor a device. */
static bool is_kept(const struct file *file)
{
    const struct inode *inode = file->inode;

    return !inode->is_fixed && (regular_is(inode) || inode_is(inode, S_IFDIR));
}

int64_t sys_fsync(int fd)
{
    const struct file *file = find(fd);

    if (file == NULL) {
        return -EBADF;
    }
    return is_kept(file) ? 0 : -EINVAL;
}

int64_t sys_sync(void)
{
    return 0;
}

int64_t sys_syncfs(int fd)
{
    return find(fd) != NULL ? 0 : -EBADF;
}

int64_t sys_fadvise64(int fd, uint64_t offset, uint64_t size, int advice)
{
    const struct file *file = find(fd);

    (void)offset;
    if (file == NULL) {
        return -EBADF;
    }
    if (inode_is(file->inode, S_IFIFO)) {
        return -ESPIPE;
    }
    return (int64_t)size < 0 || advice < 0 || advice > POSIX_FADV_LAST ? -EINVAL
                                                                       : 0;
}
