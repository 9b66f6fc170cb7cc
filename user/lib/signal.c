/* The kernel's struct sigaction, as it is for both architectures. */
#include "user/lib/signal.h"

#include "user/lib/linux.h"

long set_signal(int signal, unsigned long action)
{
    const struct {
        unsigned long handler;
        unsigned long flags;
        unsigned long restorer;
        uint64_t mask;
    } wanted = {.handler = action};

    return __syscall4(SYS(rt_sigaction), signal, (long)&wanted, 0,
                      sizeof(wanted.mask));
}
