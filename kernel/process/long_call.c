/* Where long calls look whether they have to stop. */
#include "kernel/process/long_call.h"

#include "kernel/process/signal.h"
#include "kernel/terminal/terminal_file.h"
#include "kernel/x86/cpu.h"

/* Input is looked for, too: a machine may have no interrupts for it. */
static void let_interrupts_in(void)
{
    interrupts_take();
    terminal_poll();
}

bool aspace_must_stop(void)
{
    return process_current() != NULL && long_call_is_killed();
}

bool long_call_is_interrupted(void)
{
    let_interrupts_in();
    return signal_is_due(process_current());
}

bool long_call_is_killed(void)
{
    let_interrupts_in();
    return signal_is_deadly(process_current());
}
