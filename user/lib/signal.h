/* What becomes of a program when a signal comes. Handlers are left out: they
 * would need a way back in assembly. */
#pragma once

#include "kernel/abi/signal.h"

/* ACTION is SIG_DFL or SIG_IGN. Returns 0 or an error. */
long set_signal(int signal, unsigned long action);
