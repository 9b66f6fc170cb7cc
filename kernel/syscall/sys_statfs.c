/* System calls that tell of file systems, of which Linux would have several. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/statfs.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

/* By what Linux knows the file system of INODE. */
static uint32_t magic_of(const struct inode *inode)
{
    if (inode->is_fixed) {
        return PROC_SUPER_MAGIC;
    }
    if (inode->name != NULL || inode_is(inode, S_IFREG)) {
        return TMPFS_MAGIC;
    }
    switch (inode->mode & S_IFMT) {
    case S_IFIFO:
        return PIPEFS_MAGIC;
    case S_IFSOCK:
        return SOCKFS_MAGIC;
    default:
        return ANON_INODE_FS_MAGIC;
    }
}

static struct linux_statfs statfs_of(const struct inode *inode)
{
    struct linux_statfs found = {
        .f_type = magic_of(inode),
        .f_bsize = PAGE_SIZE,
        .f_namelen = NAME_MAX,
        .f_frsize = PAGE_SIZE,
        .f_flags = ST_VALID,
    };

    if (found.f_type == TMPFS_MAGIC && inode->name != NULL) {
        const struct object_account *pages = &file_system.pages;
        uint64_t names = name_count();
        found.f_blocks = pages->limit;
        found.f_bfree = pages->limit - MIN(pages->frames, pages->limit);
        found.f_bavail = found.f_bfree;
        found.f_files = file_system.names_limit;
        found.f_ffree = found.f_files - MIN(names, found.f_files);
    }
    return found;
}

static struct linux_statfs64_32 narrow(const struct linux_statfs *found)
{
    return (struct linux_statfs64_32){
        .f_type = (uint32_t)found->f_type,
        .f_bsize = (uint32_t)found->f_bsize,
        .f_blocks = found->f_blocks,
        .f_bfree = found->f_bfree,
        .f_bavail = found->f_bavail,
        .f_files = found->f_files,
        .f_ffree = found->f_ffree,
        .f_namelen = (uint32_t)found->f_namelen,
        .f_frsize = (uint32_t)found->f_frsize,
        .f_flags = (uint32_t)found->f_flags,
    };
}

/* The oldest form, all in 32 bits, as far as memory is not too large. */
static int64_t copy_old(uaddr_t to, const struct linux_statfs *found)
{
    const struct linux_statfs_32 old = {
        .f_type = (uint32_t)found->f_type,
        .f_bsize = (uint32_t)found->f_bsize,
        .f_blocks = (uint32_t)found->f_blocks,
        .f_bfree = (uint32_t)found->f_bfree,
        .f_bavail = (uint32_t)found->f_bavail,
        .f_files = (uint32_t)found->f_files,
        .f_ffree = (uint32_t)found->f_ffree,
        .f_namelen = (uint32_t)found->f_namelen,
        .f_frsize = (uint32_t)found->f_frsize,
        .f_flags = (uint32_t)found->f_flags,
    };

    return found->f_blocks > UINT32_MAX ? -EOVERFLOW
                                        : copy_to_user(to, &old, sizeof(old));
}

static int64_t copy(uaddr_t to, const struct inode *inode,
                    enum statfs_layout layout)
{
    const struct linux_statfs found = statfs_of(inode);

    if (layout == STATFS_64) {
        return copy_to_user(to, &found, sizeof(found));
    }
    if (layout == STATFS_OLD) {
        return copy_old(to, &found);
    }
    const struct linux_statfs64_32 narrowed = narrow(&found);
    return copy_to_user(to, &narrowed, sizeof(narrowed));
}

int64_t sys_statfs(uaddr_t path, uaddr_t to, enum statfs_layout layout)
{
    struct place found;
    int error = path_argument_find(AT_FDCWD, path, 0, &found);

    return error != 0 ? error : copy(to, found.inode, layout);
}

int64_t sys_fstatfs(int fd, uaddr_t to, enum statfs_layout layout)
{
    const struct file *file = file_table_find_any(process_current()->files, fd);

    return file == NULL ? -EBADF : copy(to, file->inode, layout);
}

int64_t sys_statfs64_32(uaddr_t path, uint32_t size, uaddr_t to)
{
    return size != sizeof(struct linux_statfs64_32)
               ? -EINVAL
               : sys_statfs(path, to, STATFS_64_OF_32);
}

int64_t sys_fstatfs64_32(int fd, uint32_t size, uaddr_t to)
{
    return size != sizeof(struct linux_statfs64_32)
               ? -EINVAL
               : sys_fstatfs(fd, to, STATFS_64_OF_32);
}
