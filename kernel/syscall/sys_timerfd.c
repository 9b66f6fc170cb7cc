/* timerfd and signalfd. */
#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/time.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

#define CREATE_FLAGS (O_CLOEXEC | O_NONBLOCK)

/* A new descriptor for FILE, which may be NULL: -ENOMEM. */
static int64_t install(struct file *file, int flags)
{
    if (file == NULL) {
        return -ENOMEM;
    }
    int fd = process_reserve_file(0);
    if (fd < 0) {
        file_put(file);
        return fd;
    }
    file_table_set(process_current()->files, fd, file, flags);
    return fd;
}

static bool is_clock(int clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
           clock == CLOCK_BOOTTIME;
}

int64_t sys_timerfd_create(int clock, int flags)
{
    if ((flags & ~CREATE_FLAGS) != 0 || !is_clock(clock)) {
        return -EINVAL;
    }
    return install(timerfd_create(clock, flags), flags);
}

static int find(int fd, struct file **file)
{
    *file = file_table_find(process_current()->files, fd);
    if (*file == NULL) {
        return -EBADF;
    }
    return file_is_timerfd(*file) ? 0 : -EINVAL;
}

static int64_t put(struct file *file, uaddr_t to, enum time_layout layout)
{
    struct interval now;

    timerfd_get(file, &now.value, &now.interval);
    return interval_put(to, layout, &now);
}

int64_t sys_timerfd_gettime(int fd, uaddr_t to, enum time_layout layout)
{
    struct file *file;
    int error = find(fd, &file);

    return error != 0 ? error : put(file, to, layout);
}

int64_t sys_timerfd_settime(int fd, int flags, uaddr_t from, uaddr_t old,
                            enum time_layout layout)
{
    struct interval wanted, before;
    struct file *file;
    int error = interval_get(from, layout, &wanted);

    if (error == 0 && (flags & ~TFD_SETTIME_FLAGS) != 0) {
        error = -EINVAL;
    }
    if (error == 0) {
        error = find(fd, &file);
    }
    if (error != 0) {
        return error;
    }
    int clock = (flags & TIMER_ABSTIME) != 0 ? timerfd_clock(file) : -1;
    const struct timerfd_setting setting = {
        .is_set = wanted.value != 0,
        .deadline = time_deadline_signed(clock, wanted.value),
        .interval = wanted.interval,
    };
    timerfd_get(file, &before.value, &before.interval);
    timerfd_set(file, &setting);
    return old != 0 ? interval_put(old, layout, &before) : 0;
}

int64_t sys_signalfd4(int fd, uaddr_t from, uint64_t size, int flags)
{
    uint64_t mask;

    if ((flags & ~CREATE_FLAGS) != 0 || size != sizeof(mask)) {
        return -EINVAL;
    }
    if (copy_from_user(&mask, from, sizeof(mask)) != 0) {
        return -EFAULT;
    }
    if (fd == -1) {
        return install(signalfd_create(mask, flags), flags);
    }
    struct file *file = file_table_find(process_current()->files, fd);
    if (file == NULL) {
        return -EBADF;
    }
    if (!file_is_signalfd(file)) {
        return -EINVAL;
    }
    signalfd_set(file, mask);
    return fd;
}
