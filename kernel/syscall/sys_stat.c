/* System calls that tell what a file is. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/proc.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "kernel/terminal.h"
#include "mm/object.h"
#include "mm/user_copy.h"

/* The flags that stat and statx know. */
#define STAT_FLAGS                                                             \
    (AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE)

#define BLOCK_SIZE      512  /* of st_blocks */
#define TEXT_BLOCK_SIZE 1024 /* of Linux's /proc */

/* The console may have to look like a pipe. */
static uint32_t mode_of(const struct inode *inode, uint32_t mode)
{
    return inode->operations == &terminal_file_operations
               ? (mode & S_PERMISSIONS) | terminal_file_type()
               : mode;
}

/* How much a C library reads at once: less of a text that is only made then. */
static uint32_t block_size_of(const struct inode *inode)
{
    bool is_text = inode->operations != NULL && inode->size == 0 &&
                   inode->operations->seek == INODE_SEEK_TEXT;

    return is_text ? TEXT_BLOCK_SIZE : PAGE_SIZE;
}

/* Files that are kept in one piece have no holes. */
static uint64_t blocks_of(const struct inode *inode)
{
    bool has_holes = inode->object != NULL && inode->data == NULL;
    uint64_t bytes = has_holes ? object_count_pages(inode->object) << PAGE_SHIFT
                               : align_up(inode->size, PAGE_SIZE);

    return inode_is(inode, S_IFREG) ? bytes / BLOCK_SIZE : 0;
}

static struct linux_stat stat_of(struct place place)
{
    const struct inode *inode = place.inode;
    bool is_shared = inode_is(inode, S_IFREG) && place.name == NULL;
    struct file_owner owner = place_owner(place);
    struct proc_link link = proc_descriptor_link(place);

    return (struct linux_stat){
        .st_dev = is_shared ? INODE_SHARED_DEVICE : INODE_DEVICE,
        .st_ino = place_number(place),
        .st_nlink = inode->links + proc_thread_links(place),
        .st_mode = mode_of(inode, link.mode),
        .st_uid = owner.uid,
        .st_gid = owner.gid,
        .st_rdev = inode->rdev,
        .st_size = inode->is_fixed && inode_is(inode, S_IFDIR)
                       ? 0
                       : (int64_t)link.size,
        .st_blksize = block_size_of(inode),
        .st_blocks = (int64_t)blocks_of(inode),
        .st_atime = (uint64_t)inode->times.accessed.tv_sec,
        .st_atime_nsec = (uint64_t)inode->times.accessed.tv_nsec,
        .st_mtime = (uint64_t)inode->times.modified.tv_sec,
        .st_mtime_nsec = (uint64_t)inode->times.modified.tv_nsec,
        .st_ctime = (uint64_t)inode->times.changed.tv_sec,
        .st_ctime_nsec = (uint64_t)inode->times.changed.tv_nsec,
    };
}

/* i386's fstat64 and fstatat64 have fields of their own. */
static struct linux_stat64_32 narrow(const struct linux_stat *stat)
{
    return (struct linux_stat64_32){
        .st_dev = stat->st_dev,
        .st_ino_32 = (uint32_t)stat->st_ino,
        .st_mode = stat->st_mode,
        .st_nlink = (uint32_t)stat->st_nlink,
        .st_uid = stat->st_uid,
        .st_gid = stat->st_gid,
        .st_rdev = stat->st_rdev,
        .st_size = stat->st_size,
        .st_blksize = (uint32_t)stat->st_blksize,
        .st_blocks = stat->st_blocks,
        .st_atime = (uint32_t)stat->st_atime,
        .st_atime_nsec = (uint32_t)stat->st_atime_nsec,
        .st_mtime = (uint32_t)stat->st_mtime,
        .st_mtime_nsec = (uint32_t)stat->st_mtime_nsec,
        .st_ctime = (uint32_t)stat->st_ctime,
        .st_ctime_nsec = (uint32_t)stat->st_ctime_nsec,
        .st_ino = stat->st_ino,
    };
}

static struct linux_statx_time extend_time(uint64_t seconds,
                                           uint64_t nanoseconds)
{
    return (struct linux_statx_time){
        .tv_sec = (int64_t)seconds,
        .tv_nsec = (uint32_t)nanoseconds,
    };
}

static struct linux_statx extend(const struct linux_stat *stat)
{
    return (struct linux_statx){
        .stx_mask = STATX_BASIC_STATS,
        .stx_blksize = (uint32_t)stat->st_blksize,
        .stx_nlink = (uint32_t)stat->st_nlink,
        .stx_uid = stat->st_uid,
        .stx_gid = stat->st_gid,
        .stx_mode = (uint16_t)stat->st_mode,
        .stx_ino = stat->st_ino,
        .stx_size = (uint64_t)stat->st_size,
        .stx_blocks = (uint64_t)stat->st_blocks,
        .stx_atime = extend_time(stat->st_atime, stat->st_atime_nsec),
        .stx_ctime = extend_time(stat->st_ctime, stat->st_ctime_nsec),
        .stx_mtime = extend_time(stat->st_mtime, stat->st_mtime_nsec),
        .stx_rdev_major = (uint32_t)DEVICE_MAJOR(stat->st_rdev),
        .stx_rdev_minor = (uint32_t)DEVICE_MINOR(stat->st_rdev),
        .stx_dev_major = (uint32_t)DEVICE_MAJOR(stat->st_dev),
        .stx_dev_minor = (uint32_t)DEVICE_MINOR(stat->st_dev),
    };
}

static int stat_descriptor(int fd, struct linux_stat *stat)
{
    const struct file *file = file_table_find_any(process_current()->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    *stat = stat_of(file_place(file));
    return 0;
}

static int stat_path(int directory, uaddr_t path, int flags,
                     struct linux_stat *stat)
{
    struct place found;

    if ((flags & ~STAT_FLAGS) != 0) {
        return -EINVAL;
    }
    int error = path_argument_find(directory, path, flags, &found);
    if (error == 0) {
        *stat = stat_of(found);
    }
    return error;
}

static int64_t copy_stat(uaddr_t to, const struct linux_stat *stat)
{
    return copy_to_user(to, stat, sizeof(*stat));
}

static int64_t copy_stat_32(uaddr_t to, const struct linux_stat *stat)
{
    struct linux_stat64_32 narrowed = narrow(stat);
    return copy_to_user(to, &narrowed, sizeof(narrowed));
}

int64_t sys_fstat(int fd, uaddr_t to)
{
    struct linux_stat stat;
    int error = stat_descriptor(fd, &stat);
    return error != 0 ? error : copy_stat(to, &stat);
}

int64_t sys_fstat64_32(int fd, uaddr_t to)
{
    struct linux_stat stat;
    int error = stat_descriptor(fd, &stat);
    return error != 0 ? error : copy_stat_32(to, &stat);
}

int64_t sys_newfstatat(int directory, uaddr_t path, uaddr_t to, int flags)
{
    struct linux_stat stat;
    int error = stat_path(directory, path, flags, &stat);
    return error != 0 ? error : copy_stat(to, &stat);
}

int64_t sys_fstatat64_32(int directory, uaddr_t path, uaddr_t to, int flags)
{
    struct linux_stat stat;
    int error = stat_path(directory, path, flags, &stat);
    return error != 0 ? error : copy_stat_32(to, &stat);
}

int64_t sys_statx(int directory, uaddr_t path, int flags, unsigned mask,
                  uaddr_t to)
{
    struct linux_stat stat;

    if ((mask & STATX_RESERVED) != 0 ||
        (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE) {
        return -EINVAL;
    }
    int error = stat_path(directory, path, flags, &stat);
    if (error != 0) {
        return error;
    }
    struct linux_statx extended = extend(&stat);
    return copy_to_user(to, &extended, sizeof(extended));
}

/* Whom the calls named access ask for: by real ids, so that a program with more
 * rights than its user can ask what that one may. */
static struct credentials asked_for(int flags)
{
    struct credentials who = process_current()->credentials;

    if ((flags & AT_EACCESS) == 0) {
        who.user.file = who.user.real;
        who.group.file = who.group.real;
    }
    return who;
}

int64_t sys_faccessat(int directory, uaddr_t path, int mode, int flags)
{
    const int known = AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    struct place found;

    if ((mode & ~(R_OK | W_OK | X_OK)) != 0 || (flags & ~known) != 0) {
        return -EINVAL;
    }
    const struct credentials who = asked_for(flags);
    int error = path_argument_find_for(&who, directory, path, flags, &found);

    return error != 0 ? error : place_permission(found, &who, mode);
}
