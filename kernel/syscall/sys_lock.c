/* System calls that lock files: flock, and those of fcntl. */
#include "kernel/syscall/sys_lock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/flock.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* Whose structure a command has. */
enum layout {
    FLOCK_64,
    FLOCK_64_OF_32,
    FLOCK_32,
};

/* What a command of fcntl is about, the same for all structures. */
struct command {
    enum layout layout;
    bool is_get;
    bool is_of_file; /* the open file's, not the table's */
    enum file_lock_wait wait;
};

int64_t sys_flock(int fd, int operation)
{
    static const enum file_lock_mode modes[] = {
        [LOCK_SH] = FILE_LOCK_SHARED,
        [LOCK_EX] = FILE_LOCK_EXCLUSIVE,
        [LOCK_UN] = FILE_LOCK_NONE,
    };
    unsigned wanted = (unsigned)operation & ~(unsigned)LOCK_NB;
    struct file *file = file_table_find(process_current()->files, fd);

    if (wanted != LOCK_SH && wanted != LOCK_EX && wanted != LOCK_UN) {
        return (wanted & LOCK_MAND) != 0 ? -EOPNOTSUPP : -EINVAL;
    }
    if (file == NULL) {
        return -EBADF;
    }
    if (wanted != LOCK_UN && !file_is_for_reading(file->flags) &&
        !file_is_for_writing(file->flags)) {
        return -EBADF;
    }
    const struct file_lock lock = {
        .kind = FILE_LOCK_WHOLE,
        .mode = modes[wanted],
        .owner = file,
        .end = FILE_LOCK_END,
    };
    file_hold(file);
    int error = file_lock_set(file->inode, &lock,
                              (operation & LOCK_NB) != 0 ? FILE_LOCK_TRY
                                                         : FILE_LOCK_WAIT);
    file_release(file);
    return error;
}

/* i386 has three structures for its commands. Returns false for a command that
 * is about no lock. */
static bool find_command(int number, enum word_size words,
                         struct command *command)
{
    enum layout wide = words == WORDS_64 ? FLOCK_64 : FLOCK_64_OF_32;
    bool is_of_file = number >= F_OFD_GETLK && number <= F_OFD_SETLKW;
    bool is_64_of_32 =
        words == WORDS_32 && number >= F_GETLK64 && number <= F_SETLKW64;
    int base = is_of_file ? F_OFD_GETLK : is_64_of_32 ? F_GETLK64 : F_GETLK;
    int step = number - base;

    *command = (struct command){
        .layout =
            !is_of_file && !is_64_of_32 && words == WORDS_32 ? FLOCK_32 : wide,
        .is_get = step == 0,
        .is_of_file = is_of_file,
        .wait = step == F_SETLKW - F_GETLK ? FILE_LOCK_WAIT : FILE_LOCK_TRY,
    };
    return step >= 0 && step <= F_SETLKW - F_GETLK;
}

static int get_flock(uaddr_t from, enum layout layout, struct flock_64 *flock)
{
    struct flock_64_32 packed;
    struct flock_32 narrow;
    int error;

    switch (layout) {
    case FLOCK_64:
        return copy_from_user(flock, from, sizeof(*flock));
    case FLOCK_64_OF_32:
        error = copy_from_user(&packed, from, sizeof(packed));
        *flock = (struct flock_64){packed.l_type, packed.l_whence,
                                   packed.l_start, packed.l_len, packed.l_pid};
        return error;
    default:
        error = copy_from_user(&narrow, from, sizeof(narrow));
        *flock = (struct flock_64){narrow.l_type, narrow.l_whence,
                                   narrow.l_start, narrow.l_len, narrow.l_pid};
        return error;
    }
}

static int put_flock(uaddr_t to, enum layout layout,
                     const struct flock_64 *flock)
{
    const struct flock_64_32 packed = {flock->l_type, flock->l_whence,
                                       flock->l_start, flock->l_len,
                                       flock->l_pid};
    const struct flock_32 narrow = {flock->l_type, flock->l_whence,
                                    (int32_t)flock->l_start,
                                    (int32_t)flock->l_len, flock->l_pid};

    switch (layout) {
    case FLOCK_64:
        return copy_to_user(to, flock, sizeof(*flock));
    case FLOCK_64_OF_32:
        return copy_to_user(to, &packed, sizeof(packed));
    default:
        if (flock->l_start > INT32_MAX || flock->l_len > INT32_MAX) {
            return -EOVERFLOW;
        }
        return copy_to_user(to, &narrow, sizeof(narrow));
    }
}

/* Linux's flock_to_posix_lock: the range that FLOCK means of FILE. */
static int take_range(const struct file *file, const struct flock_64 *flock,
                      struct file_lock *lock)
{
    int64_t start = 0;

    switch (flock->l_whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        start = (int64_t)file->offset;
        break;
    case SEEK_END:
        start = (int64_t)file->inode->size;
        break;
    default:
        return -EINVAL;
    }
    if (flock->l_start > FILE_LOCK_END - start) {
        return -EOVERFLOW;
    }
    start += flock->l_start;
    if (start < 0) {
        return -EINVAL;
    }
    int64_t end = FILE_LOCK_END;
    if (flock->l_len > 0) {
        if (flock->l_len - 1 > FILE_LOCK_END - start) {
            return -EOVERFLOW;
        }
        end = start + (flock->l_len - 1);
    } else if (flock->l_len < 0) {
        if (start + flock->l_len < 0) {
            return -EINVAL;
        }
        end = start - 1;
        start += flock->l_len;
    }
    lock->start = (uint64_t)start;
    lock->end = (uint64_t)end;
    return 0;
}

static int take_mode(const struct flock_64 *flock, struct file_lock *lock)
{
    switch (flock->l_type) {
    case F_RDLCK:
        lock->mode = FILE_LOCK_SHARED;
        return 0;
    case F_WRLCK:
        lock->mode = FILE_LOCK_EXCLUSIVE;
        return 0;
    case F_UNLCK:
        lock->mode = FILE_LOCK_NONE;
        return 0;
    default:
        return -EINVAL;
    }
}

static int64_t get_lock(const struct file *file, uaddr_t argument,
                        const struct command *command, struct flock_64 *flock,
                        const struct file_lock *lock)
{
    const struct file_lock *found = file_lock_find(file->inode, lock);

    if (lock->mode == FILE_LOCK_NONE) {
        return -EINVAL;
    }
    if (found == NULL) {
        flock->l_type = F_UNLCK;
        return put_flock(argument, command->layout, flock);
    }
    bool is_to_end = found->end == FILE_LOCK_END;
    *flock = (struct flock_64){
        .l_type = found->mode == FILE_LOCK_SHARED ? F_RDLCK : F_WRLCK,
        .l_whence = SEEK_SET,
        .l_start = (int64_t)found->start,
        .l_len = is_to_end ? 0 : (int64_t)(found->end - found->start) + 1,
        .l_pid = found->pid,
    };
    return put_flock(argument, command->layout, flock);
}

static int check_access(const struct file *file, const struct file_lock *lock)
{
    bool may =
        lock->mode == FILE_LOCK_NONE ||
        (lock->mode == FILE_LOCK_SHARED ? file_is_for_reading(file->flags)
                                        : file_is_for_writing(file->flags));

    return may ? 0 : -EBADF;
}

/* Another thread may have closed FD meanwhile, when all its locks went. */
static int64_t set_lock(struct file *file, int fd,
                        const struct command *command,
                        const struct file_lock *lock)
{
    struct file_table *files = process_current()->files;

    file_hold(file);
    int error = file_lock_set(file->inode, lock, command->wait);
    if (error == 0 && lock->mode != FILE_LOCK_NONE &&
        file_table_find(files, fd) != file) {
        file_lock_leave(file->inode, FILE_LOCK_RANGE, lock->owner);
        error = -EBADF;
    }
    file_release(file);
    return error;
}

int64_t sys_fcntl_lock(struct file *file, int fd, int number, uaddr_t argument,
                       enum word_size words)
{
    const struct process *process = process_current();
    struct file_lock lock = {.kind = FILE_LOCK_RANGE};
    struct command command;
    struct flock_64 flock;

    if (!find_command(number, words, &command)) {
        return -EINVAL;
    }
    int error = get_flock(argument, command.layout, &flock);
    if (error != 0) {
        return error;
    }
    error = take_range(file, &flock, &lock);
    if (error == 0) {
        error = take_mode(&flock, &lock);
    }
    if (error == 0 && !command.is_get) {
        error = check_access(file, &lock);
    }
    if (error == 0 && command.is_of_file && flock.l_pid != 0) {
        error = -EINVAL;
    }
    if (error != 0) {
        return error;
    }
    lock.owner = command.is_of_file ? (const void *)file : process->files;
    lock.pid = command.is_of_file ? -1 : process->pid;
    return command.is_get ? get_lock(file, argument, &command, &flock, &lock)
                          : set_lock(file, fd, &command, &lock);
}
