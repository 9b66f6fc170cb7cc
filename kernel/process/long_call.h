/* Calls that take long. The kernel runs with interrupts off, so a call that has
 * much to do looks now and then, at least every 10 ms, whether it has to stop:
 * at places where all structures are whole, for interrupts come in there. No
 * other program gets the CPU meanwhile. */
#pragma once

#include "kernel/lib/types.h"

/* Is there a signal for the running process? The call then answers what it has
 * done so far, or -EINTR or -ERESTARTSYS if that is nothing. */
bool long_call_is_interrupted(void);

/* Will a signal end the running process? For calls that Linux does not cut
 * short otherwise: what they answer, nobody sees. */
bool long_call_is_killed(void);
