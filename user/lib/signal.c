/* The kernel's struct sigaction, as it is for both architectures. */
#include "user/lib/signal.h"

#include "user/lib/linux.h"

struct kernel_action {
    unsigned long handler;
    unsigned long flags;
    unsigned long restorer;
    uint64_t mask;
};

/* Where a handler returns to, in assembly: the way back of the signal. */
void signal_return(void);

static long set_action(int signal, const struct kernel_action *action)
{
    return __syscall4(SYS(rt_sigaction), signal, (long)action, 0,
                      sizeof(action->mask));
}

long set_signal(int signal, unsigned long action)
{
    const struct kernel_action wanted = {.handler = action};
    return set_action(signal, &wanted);
}

long set_signal_handler(int signal, void (*handler)(int signal))
{
    const struct kernel_action wanted = {
        .handler = (unsigned long)handler,
        .flags = SA_RESTORER,
        .restorer = (unsigned long)signal_return,
    };
    return set_action(signal, &wanted);
}
