/* Alternate stacks: sigaltstack's rules. */
#include "kernel/signal/signal_stack.h"

#include "kernel/abi/errno.h"

bool signal_stack_holds(const struct signal_stack *stack, uaddr_t sp)
{
    return sp > stack->start && sp - stack->start <= stack->size;
}

bool signal_stack_is_used(const struct signal_stack *stack, uaddr_t sp)
{
    return (stack->flags & SS_AUTODISARM) == 0 && signal_stack_holds(stack, sp);
}

/* SS_DISABLE, SS_ONSTACK or 0. */
static uint32_t current_mode(const struct signal_stack *stack, uaddr_t sp)
{
    if (stack->size == 0) {
        return SS_DISABLE;
    }
    return signal_stack_is_used(stack, sp) ? SS_ONSTACK : 0;
}

uint32_t signal_stack_flags(const struct signal_stack *stack, uaddr_t sp)
{
    return current_mode(stack, sp) | (stack->flags & SS_AUTODISARM);
}

uaddr_t signal_stack_choose(const struct signal_stack *stack,
                            const struct signal_action *action, uaddr_t sp)
{
    bool is_wanted = (action->flags & SA_ONSTACK) != 0;

    return is_wanted && current_mode(stack, sp) == 0
               ? stack->start + stack->size
               : sp;
}

int signal_stack_set(struct signal_stack *stack,
                     const struct signal_stack *wanted, uaddr_t sp)
{
    uint32_t mode = wanted->flags & ~(uint32_t)SS_AUTODISARM;
    bool is_same = stack->start == wanted->start &&
                   stack->size == wanted->size && stack->flags == wanted->flags;

    if (signal_stack_is_used(stack, sp)) {
        return -EPERM;
    }
    if (mode != 0 && mode != SS_ONSTACK && mode != SS_DISABLE) {
        return -EINVAL;
    }
    if (is_same) {
        return 0;
    }
    if (mode == SS_DISABLE) {
        *stack = (struct signal_stack){.flags = wanted->flags};
        return 0;
    }
    if (wanted->size < MINSIGSTKSZ) {
        return -ENOMEM;
    }
    *stack = *wanted;
    return 0;
}
