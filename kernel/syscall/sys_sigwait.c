/* Signals taken without a handler. */
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/user_copy.h"

/* Waits until one of SET is there, which need not be blocked, and takes it.
 * Returns 0 or -EXXX. */
static int wait_for(uint64_t set, const struct timeout *timeout,
                    struct signal_info *info)
{
    struct thread *thread = thread_current();
    struct wait_queue nobody_wakes;
    int error = timeout->deadline == 0 ? -ETIMEDOUT : 0;
    int signal;

    wait_queue_init(&nobody_wakes);
    thread->signals.awaited = set;
    while ((signal = signal_find(thread, set)) == 0 && error == 0) {
        error = thread_wait_until(&nobody_wakes, timeout->deadline);
    }
    thread->signals.awaited = 0;
    if (signal == 0) {
        return error == -ETIMEDOUT ? -EAGAIN : -EINTR;
    }
    *info = signal_take(thread, signal);
    (void)signal_next(thread);
    return 0;
}

/* Puts INFO as a program of the door knows it. */
static int put_info(uaddr_t to, enum time_layout layout,
                    const struct signal_info *info)
{
    if (layout == TIMESPEC_64) {
        const struct siginfo_64 wide = signal_info_to_64(info);
        return copy_to_user(to, &wide, sizeof(wide));
    }
    const struct siginfo_32 narrow = signal_info_to_32(info);
    return copy_to_user(to, &narrow, sizeof(narrow));
}

int64_t sys_rt_sigtimedwait(uaddr_t set, uaddr_t to, uaddr_t time,
                            uint64_t size, enum time_layout layout)
{
    struct signal_info info;
    struct timeout timeout;
    uint64_t wanted;

    if (size != sizeof(wanted)) {
        return -EINVAL;
    }
    if (copy_from_user(&wanted, set, sizeof(wanted)) != 0) {
        return -EFAULT;
    }
    int error = timeout_get(&timeout, time, layout);
    if (error == 0) {
        error = wait_for(wanted & ~SIGNALS_UNBLOCKABLE, &timeout, &info);
    }
    if (error == 0 && to != 0) {
        error = put_info(to, layout, &info);
    }
    return error != 0 ? error : info.signal;
}
