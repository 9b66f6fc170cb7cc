/* System calls that change what a file is beside its bytes: mode, owner, times;
 * and which permissions new files don't get. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/time.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

#define PERMISSIONS 0777

static const struct credentials *caller(void)
{
    return &process_current()->credentials;
}

int64_t sys_umask(uint32_t mask)
{
    struct file_context *context = process_current()->context;
    uint32_t old = context->umask;

    context->umask = mask & PERMISSIONS;
    return old;
}

/* Changes attributes of what FD has open. */
static int find_open(int fd, struct place *found)
{
    const struct file *file = file_table_find(process_current()->files, fd);

    if (file == NULL) {
        return -EBADF;
    }
    *found = file_place(file);
    return 0;
}

int64_t sys_fchmodat(int directory, uaddr_t path, uint32_t mode)
{
    struct place found;
    int error = path_argument_find(directory, path, 0, &found);

    return error != 0 ? error : place_set_mode(found, caller(), mode);
}

int64_t sys_fchmod(int fd, uint32_t mode)
{
    struct place found;
    int error = find_open(fd, &found);

    return error != 0 ? error : place_set_mode(found, caller(), mode);
}

int64_t sys_fchownat(int directory, uaddr_t path, uint32_t uid, uint32_t gid,
                     int flags)
{
    struct place found;

    if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0) {
        return -EINVAL;
    }
    int error = path_argument_find(directory, path, flags, &found);
    return error != 0 ? error : place_set_owner(found, caller(), uid, gid);
}

int64_t sys_fchown(int fd, uint32_t uid, uint32_t gid)
{
    struct place found;
    int error = find_open(fd, &found);

    return error != 0 ? error : place_set_owner(found, caller(), uid, gid);
}

/* Two times of a program, the one of reading first. */
struct two_times {
    struct kernel_timespec times[2];
};

/* Reads them at ADDRESS. Returns 0, -EFAULT or -EINVAL. */
static int get_times(uaddr_t address, enum time_layout layout,
                     struct two_times *given)
{
    const size_t size = time_layout_size(layout);

    for (size_t i = 0; i < ARRAY_COUNT(given->times); i++) {
        struct kernel_timespec *time = &given->times[i];
        int64_t words[2];
        if (time_get_words(address + i * size, layout, words) != 0) {
            return -EFAULT;
        }
        if (time_layout_has_micros(layout)) {
            if (words[1] < 0 || words[1] >= MICROS_PER_SECOND) {
                return -EINVAL;
            }
            words[1] *= NANOS_PER_MICRO;
        }
        if (layout == TIMESPEC_64_OF_32) {
            words[1] = (uint32_t)words[1];
        }
        *time = (struct kernel_timespec){words[0], words[1]};
    }
    return 0;
}

static enum time_change change_of(const struct kernel_timespec *time)
{
    if (time->tv_nsec == UTIME_OMIT) {
        return TIME_STAYS;
    }
    return time->tv_nsec == UTIME_NOW ? TIME_IS_NOW : TIME_IS_GIVEN;
}

static bool is_valid(const struct kernel_timespec *time)
{
    return change_of(time) != TIME_IS_GIVEN ||
           (time->tv_nsec >= 0 &&
            time->tv_nsec < (int64_t)NANOSECONDS_PER_SECOND);
}

/* Sets the times of the file at PATH in DIRECTORY, which are GIVEN or, if that
 * is NULL, now. Without a path it is DIRECTORY itself, an open file. */
static int64_t set_times(int directory, uaddr_t path,
                         const struct two_times *given, int flags)
{
    struct times_request request = {
        .accessed = TIME_IS_NOW,
        .modified = TIME_IS_NOW,
    };
    struct place found;
    int error;

    if (given != NULL) {
        if (!is_valid(&given->times[0]) || !is_valid(&given->times[1])) {
            return -EINVAL;
        }
        request = (struct times_request){
            .accessed = change_of(&given->times[0]),
            .modified = change_of(&given->times[1]),
            .new_accessed = given->times[0],
            .new_modified = given->times[1],
        };
    }
    if (path == 0 && directory != AT_FDCWD) {
        error = flags != 0 ? -EINVAL : find_open(directory, &found);
    } else if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0) {
        error = -EINVAL;
    } else {
        error = path_argument_find(directory, path, flags, &found);
    }
    return error != 0 ? error : place_set_times(found, caller(), &request);
}

int64_t sys_utimensat(int directory, uaddr_t path, uaddr_t times, int flags,
                      enum time_layout layout)
{
    struct two_times given;

    if (times == 0) {
        return set_times(directory, path, NULL, flags);
    }
    int error = get_times(times, layout, &given);
    if (error != 0) {
        return error;
    }
    bool stays = change_of(&given.times[0]) == TIME_STAYS &&
                 change_of(&given.times[1]) == TIME_STAYS;
    return stays ? 0 : set_times(directory, path, &given, flags);
}

int64_t sys_futimesat(int directory, uaddr_t path, uaddr_t times,
                      enum time_layout layout)
{
    struct two_times given;
    int error = times != 0 ? get_times(times, layout, &given) : 0;

    return error != 0
               ? error
               : set_times(directory, path, times != 0 ? &given : NULL, 0);
}

/* Seconds alone, two words of the program's. */
int64_t sys_utime(uaddr_t path, uaddr_t times, enum word_size words)
{
    struct two_times given = {0};
    int32_t narrow[2];
    int64_t wide[2];
    int error = 0;

    if (times == 0) {
        return set_times(AT_FDCWD, path, NULL, 0);
    }
    if (words == WORDS_64) {
        error = copy_from_user(wide, times, sizeof(wide));
    } else {
        error = copy_from_user(narrow, times, sizeof(narrow));
        wide[0] = narrow[0];
        wide[1] = narrow[1];
    }
    if (error != 0) {
        return error;
    }
    given.times[0].tv_sec = wide[0];
    given.times[1].tv_sec = wide[1];
    return set_times(AT_FDCWD, path, &given, 0);
}
