/* Signals that a program blocks, and waits for. */
#include "kernel/abi/errno.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

static int change_mask(int how, uint64_t set)
{
    struct thread *thread = thread_current();

    switch (how) {
    case SIG_BLOCK:
        signal_set_blocked(thread, thread->signals.blocked | set);
        return 0;
    case SIG_UNBLOCK:
        signal_set_blocked(thread, thread->signals.blocked & ~set);
        return 0;
    case SIG_SETMASK:
        signal_set_blocked(thread, set);
        return 0;
    default:
        return -EINVAL;
    }
}

/* Both calls: sets of SIZE bytes, 8 or, for i386's first one, 4. */
static int64_t change_and_answer(int how, uaddr_t set, uaddr_t old, size_t size)
{
    const uint64_t before = thread_current()->signals.blocked;
    uint64_t wanted = 0;

    if (set != 0) {
        if (copy_from_user(&wanted, set, size) != 0) {
            return -EFAULT;
        }
        int error = change_mask(how, wanted);
        if (error != 0) {
            return error;
        }
    }
    return old != 0 ? copy_to_user(old, &before, size) : 0;
}

int64_t sys_rt_sigprocmask(int how, uaddr_t set, uaddr_t old,
                           uint64_t mask_size)
{
    if (mask_size != sizeof(uint64_t)) {
        return -EINVAL;
    }
    return change_and_answer(how, set, old, sizeof(uint64_t));
}

int64_t sys_sigprocmask_32(int how, uaddr_t set, uaddr_t old)
{
    return change_and_answer(how, set, old, sizeof(uint32_t));
}

int64_t sys_rt_sigpending(uaddr_t to, uint64_t size)
{
    const struct thread *thread = thread_current();
    const uint64_t set = signal_pending(thread) & thread->signals.blocked;

    if (size > sizeof(set)) {
        return -EINVAL;
    }
    return copy_to_user(to, &set, size);
}

int64_t sys_pause(void)
{
    thread_wait_signal();
    return -ERESTARTNOHAND;
}

/* Blocks MASK alone until a handler has been begun, which returns to the mask
 * of before. */
static int64_t suspend(uint64_t mask)
{
    struct thread *thread = thread_current();

    thread->signals.saved_mask = thread->signals.blocked;
    thread->signals.has_saved_mask = true;
    signal_set_blocked(thread, mask);
    return sys_pause();
}

int64_t sys_rt_sigsuspend(uaddr_t mask, uint64_t mask_size)
{
    uint64_t wanted;

    if (mask_size != sizeof(wanted)) {
        return -EINVAL;
    }
    if (copy_from_user(&wanted, mask, sizeof(wanted)) != 0) {
        return -EFAULT;
    }
    return suspend(wanted);
}

int64_t sys_sigsuspend_32(uint32_t mask)
{
    return suspend(mask);
}
