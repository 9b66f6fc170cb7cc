/* Signals that a program ignores or blocks. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sigaction.h"
#include "kernel/abi/signal.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* What a program may ask for; SIGKILL and SIGSTOP can't be blocked. */
#define SA_KNOWN                                                               \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_RESTORER | SA_ONSTACK |     \
     SA_RESTART | SA_NODEFER | SA_RESETHAND)
#define UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))

/* Replaces the action for SIGNAL by *ACTION, unless it is NULL. *OLD is what it
 * was. */
static int set_action(int signal, const struct signal_action *action,
                      struct signal_action *old)
{
    if (signal < 1 || signal > SIGNAL_MAX ||
        (action != NULL && (signal_bit(signal) & UNBLOCKABLE) != 0)) {
        return -EINVAL;
    }
    struct signal_action *kept =
        &process_current()->signals.actions[signal - 1];
    *old = *kept;
    if (action != NULL) {
        *kept = *action;
        kept->flags &= SA_KNOWN;
        kept->mask &= ~UNBLOCKABLE;
    }
    return 0;
}

int64_t sys_rt_sigaction(int signal, uaddr_t action, uaddr_t old,
                         uint64_t mask_size)
{
    struct signal_action wanted, before;
    struct sigaction_64 abi = {0};

    if (mask_size != sizeof(abi.mask)) {
        return -EINVAL;
    }
    if (action != 0 && copy_from_user(&abi, action, sizeof(abi)) != 0) {
        return -EFAULT;
    }
    wanted = (struct signal_action){
        .handler = abi.handler,
        .flags = abi.flags,
        .restorer = abi.restorer,
        .mask = abi.mask,
    };
    int error = set_action(signal, action != 0 ? &wanted : NULL, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct sigaction_64){
        .handler = before.handler,
        .flags = before.flags,
        .restorer = before.restorer,
        .mask = before.mask,
    };
    return copy_to_user(old, &abi, sizeof(abi));
}

int64_t sys_rt_sigaction_32(int signal, uaddr_t action, uaddr_t old,
                            uint64_t mask_size)
{
    struct signal_action wanted, before;
    struct sigaction_32 abi = {0};

    if (mask_size != sizeof(abi.mask)) {
        return -EINVAL;
    }
    if (action != 0 && copy_from_user(&abi, action, sizeof(abi)) != 0) {
        return -EFAULT;
    }
    wanted = (struct signal_action){
        .handler = abi.handler,
        .flags = abi.flags,
        .restorer = abi.restorer,
        .mask = abi.mask[0] | (uint64_t)abi.mask[1] << 32,
    };
    int error = set_action(signal, action != 0 ? &wanted : NULL, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct sigaction_32){
        .handler = (uint32_t)before.handler,
        .flags = (uint32_t)before.flags,
        .restorer = (uint32_t)before.restorer,
        .mask = {(uint32_t)before.mask, (uint32_t)(before.mask >> 32)},
    };
    return copy_to_user(old, &abi, sizeof(abi));
}

int64_t sys_rt_sigprocmask(int how, uaddr_t set, uaddr_t old,
                           uint64_t mask_size)
{
    struct process *process = process_current();
    uint64_t mask = process->blocked;
    uint64_t wanted;

    if (mask_size != sizeof(mask)) {
        return -EINVAL;
    }
    if (set != 0) {
        if (copy_from_user(&wanted, set, sizeof(wanted)) != 0) {
            return -EFAULT;
        }
        wanted &= ~UNBLOCKABLE;
        switch (how) {
        case SIG_BLOCK:
            process->blocked |= wanted;
            break;
        case SIG_UNBLOCK:
            process->blocked &= ~wanted;
            break;
        case SIG_SETMASK:
            process->blocked = wanted;
            break;
        default:
            return -EINVAL;
        }
    }
    return old != 0 ? copy_to_user(old, &mask, sizeof(mask)) : 0;
}
