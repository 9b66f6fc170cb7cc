/* What runs: how the CPU is given away and waited for.
 *
 * The kernel runs with interrupts off and gives the CPU away only where it says
 * so. This room knows no process, no files and no signals: what it needs of
 * them is declared here and defined by those above. */
#pragma once

#include "kernel/lib/types.h"

/* Looks for input that has come: at each interrupt, and where a machine may
 * have none for it, on an idle CPU and in long calls. Defined by the terminal.
 */
void thread_idle_poll(void);

/* Calls that take long. Such a call looks now and then, at least every 10 ms,
 * whether it has to stop: at places where all structures are whole, for
 * interrupts come in there. No other program gets the CPU meanwhile. Defined by
 * those who know processes and their signals.
 *
 * Is there a signal for the running process? The call then answers what it has
 * done so far, or -EINTR or -ERESTARTSYS if that is nothing. */
bool thread_is_interrupted(void);

/* Will a signal end the running process? For calls that Linux does not cut
 * short otherwise: what they answer, nobody sees. */
bool thread_is_killed(void);
