/* Whether a long call has to stop: see kernel/thread/thread.h. */
#include "kernel/thread.h"

#include "kernel/process/signal.h"
#include "kernel/x86.h"

/* Input is looked for, too: a machine may have no interrupts for it. */
static void let_interrupts_in(void)
{
    interrupts_take();
    thread_idle_poll();
}

bool aspace_must_stop(void)
{
    return process_current() != NULL && thread_is_killed();
}

bool thread_is_interrupted(void)
{
    let_interrupts_in();
    return thread_current()->has_signal;
}

bool thread_is_killed(void)
{
    let_interrupts_in();
    return signal_is_deadly(thread_current());
}
