/* The stack that a program keeps for its handlers. */
#pragma once

#include "kernel/signal/signal_state.h"

/* Is SP on STACK, whatever the program said of it? */
bool signal_stack_holds(const struct signal_stack *stack, uaddr_t sp);

/* Do handlers run on STACK while SP is what it is? With SS_AUTODISARM nobody
 * ever asks again, so never. */
bool signal_stack_is_used(const struct signal_stack *stack, uaddr_t sp);

/* ss_flags as sigaltstack answers them. */
uint32_t signal_stack_flags(const struct signal_stack *stack, uaddr_t sp);

/* Where a handler's frame goes, down from here: STACK's end if ACTION wants it
 * and it is free, else SP. */
uaddr_t signal_stack_choose(const struct signal_stack *stack,
                            const struct signal_action *action, uaddr_t sp);

/* sigaltstack: STACK becomes WANTED. Returns 0, -EPERM while it is used,
 * -EINVAL or -ENOMEM (too small). */
int signal_stack_set(struct signal_stack *stack,
                     const struct signal_stack *wanted, uaddr_t sp);
