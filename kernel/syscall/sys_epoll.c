/* eventfd and epoll. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

#define EVENTS_MAX (INT32_MAX / sizeof(struct linux_epoll_event))

/* A descriptor for FILE, which may be NULL. */
static int64_t install(struct file *file, int fd, int flags)
{
    if (file == NULL) {
        return -ENOMEM;
    }
    file_table_set(process_current()->files, fd, file, flags);
    return fd;
}

int64_t sys_eventfd2(uint32_t count, int flags)
{
    if ((flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK)) != 0) {
        return -EINVAL;
    }
    int fd = process_reserve_file(0);
    return fd < 0 ? fd : install(eventfd_create(count, flags), fd, flags);
}

int64_t sys_epoll_create1(int flags)
{
    if ((flags & ~O_CLOEXEC) != 0) {
        return -EINVAL;
    }
    int fd = process_reserve_file(0);
    return fd < 0 ? fd : install(epoll_create(), fd, flags);
}

int64_t sys_epoll_create(int size)
{
    return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}

static struct file *find(int fd)
{
    return file_table_find(process_current()->files, fd);
}

int64_t sys_epoll_ctl(int epoll_fd, int operation, int fd, uaddr_t from)
{
    struct linux_epoll_event event = {0};

    if (operation != EPOLL_CTL_DEL &&
        copy_from_user(&event, from, sizeof(event)) != 0) {
        return -EFAULT;
    }
    struct file *epoll = find(epoll_fd);
    struct file *file = find(fd);
    return epoll == NULL || file == NULL
               ? -EBADF
               : epoll_change(epoll, operation, file, fd, &event);
}

static int64_t wait_for(int fd, uaddr_t to, int count, uint64_t deadline)
{
    if (count <= 0 || (size_t)count > EVENTS_MAX) {
        return -EINVAL;
    }
    size_t size = (size_t)count * sizeof(struct linux_epoll_event);
    if (!is_user_range(to, size)) {
        return -EFAULT;
    }
    struct file *file = find(fd);
    if (file == NULL) {
        return -EBADF;
    }
    return epoll_is(file) ? epoll_wait(file, to, (size_t)count, deadline)
                          : -EINVAL;
}

/* The same with a mask, which the handler of an interruption has to see. */
static int64_t wait_masked(int fd, uaddr_t to, int count, uint64_t deadline,
                           uaddr_t mask, uint64_t mask_size)
{
    int error = mask_begin(mask, mask_size);

    if (error != 0) {
        return error;
    }
    int64_t result = wait_for(fd, to, count, deadline);
    return result == -EINTR ? result : mask_finish(result);
}

int64_t sys_epoll_wait(int fd, uaddr_t to, int count, int milliseconds)
{
    return wait_for(fd, to, count,
                    timeout_of_milliseconds(milliseconds).deadline);
}

int64_t sys_epoll_pwait(int fd, uaddr_t to, int count, int milliseconds,
                        uaddr_t mask, uint64_t mask_size)
{
    return wait_masked(fd, to, count,
                       timeout_of_milliseconds(milliseconds).deadline, mask,
                       mask_size);
}

int64_t sys_epoll_pwait2(int fd, uaddr_t to, int count, uaddr_t time,
                         uaddr_t mask, uint64_t mask_size,
                         enum time_layout layout)
{
    struct timeout timeout;
    int error = timeout_get(&timeout, time, layout);

    return error != 0
               ? error
               : wait_masked(fd, to, count, timeout.deadline, mask, mask_size);
}
