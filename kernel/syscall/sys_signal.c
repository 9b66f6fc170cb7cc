/* What a program wants done with signals, and on which stack. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sigaction.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* What a program may ask for (Linux's UAPI_SA_FLAGS). */
#define SA_KNOWN                                                               \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_EXPOSE_TAGBITS |            \
     SA_RESTORER | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

/* Replaces the action for SIGNAL by *ACTION, unless it is NULL. *OLD is what it
 * was. */
static int change_action(int signal, const struct signal_action *action,
                         struct signal_action *old)
{
    struct process *process = process_current();

    if (signal < 1 || signal > SIGNAL_MAX ||
        (action != NULL && (signal_bit(signal) & SIGNALS_UNBLOCKABLE) != 0)) {
        return -EINVAL;
    }
    *old = process->actions->of[signal - 1];
    if (action == NULL) {
        return 0;
    }
    struct signal_action wanted = *action;
    wanted.flags &= SA_KNOWN | SIGNAL_ACTION_32;
    wanted.mask &= ~SIGNALS_UNBLOCKABLE;
    signal_set_action(process, signal, &wanted);
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
        .flags = (uint32_t)abi.flags,
        .restorer = abi.restorer,
        .mask = abi.mask,
    };
    int error = change_action(signal, action != 0 ? &wanted : NULL, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct sigaction_64){
        .handler = before.handler,
        .flags = (uint32_t)before.flags,
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
        .flags = abi.flags | SIGNAL_ACTION_32,
        .restorer = abi.restorer,
        .mask = abi.mask[0] | (uint64_t)abi.mask[1] << 32,
    };
    int error = change_action(signal, action != 0 ? &wanted : NULL, &before);
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

int64_t sys_sigaction_32(int signal, uaddr_t action, uaddr_t old)
{
    struct signal_action wanted, before;
    struct old_sigaction_32 abi = {0};

    if (action != 0 && copy_from_user(&abi, action, sizeof(abi)) != 0) {
        return -EFAULT;
    }
    wanted = (struct signal_action){
        .handler = abi.handler,
        .flags = abi.flags | SIGNAL_ACTION_32,
        .restorer = abi.restorer,
        .mask = abi.mask,
    };
    int error = change_action(signal, action != 0 ? &wanted : NULL, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct old_sigaction_32){
        .handler = (uint32_t)before.handler,
        .mask = (uint32_t)before.mask,
        .flags = (uint32_t)before.flags,
        .restorer = (uint32_t)before.restorer,
    };
    return copy_to_user(old, &abi, sizeof(abi));
}

int64_t sys_signal_32(int signal, uaddr_t handler)
{
    struct signal_action before;
    const struct signal_action wanted = {
        .handler = handler,
        .flags = SA_RESETHAND | SA_NODEFER | SIGNAL_ACTION_32,
    };
    int error = change_action(signal, &wanted, &before);

    return error != 0 ? error : (int64_t)before.handler;
}

/* Answers the stack as it is and changes it to *WANTED, unless that is NULL. */
static int change_stack(const struct signal_stack *wanted, uaddr_t sp,
                        struct signal_stack *old)
{
    struct signal_stack *stack = &thread_current()->signals.stack;

    *old = *stack;
    old->flags = signal_stack_flags(stack, sp);
    return wanted != NULL ? signal_stack_set(stack, wanted, sp) : 0;
}

int64_t sys_sigaltstack(struct trap_frame *frame, uaddr_t wanted, uaddr_t old)
{
    struct signal_stack stack, before;
    struct sigaltstack_64 abi;

    if (wanted != 0) {
        if (copy_from_user(&abi, wanted, sizeof(abi)) != 0) {
            return -EFAULT;
        }
        stack = (struct signal_stack){abi.ss_sp, abi.ss_size, abi.ss_flags};
    }
    int error = change_stack(wanted != 0 ? &stack : NULL, frame->rsp, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct sigaltstack_64){
        .ss_sp = before.start,
        .ss_flags = before.flags,
        .ss_size = before.size,
    };
    return copy_to_user(old, &abi, sizeof(abi));
}

int64_t sys_sigaltstack_32(struct trap_frame *frame, uaddr_t wanted,
                           uaddr_t old)
{
    struct signal_stack stack, before;
    struct sigaltstack_32 abi;

    if (wanted != 0) {
        if (copy_from_user(&abi, wanted, sizeof(abi)) != 0) {
            return -EFAULT;
        }
        stack = (struct signal_stack){abi.ss_sp, abi.ss_size, abi.ss_flags};
    }
    int error = change_stack(wanted != 0 ? &stack : NULL, frame->rsp, &before);
    if (error != 0 || old == 0) {
        return error;
    }
    abi = (struct sigaltstack_32){
        .ss_sp = (uint32_t)before.start,
        .ss_flags = before.flags,
        .ss_size = (uint32_t)before.size,
    };
    return copy_to_user(old, &abi, sizeof(abi));
}

int64_t sys_rt_sigreturn(struct trap_frame *frame)
{
    return signal_frame_return_64(frame);
}

int64_t sys_rt_sigreturn_32(struct trap_frame *frame)
{
    return signal_frame_return_rt_32(frame);
}

int64_t sys_sigreturn_32(struct trap_frame *frame)
{
    return signal_frame_return_32(frame);
}
