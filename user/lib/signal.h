/* What becomes of a program when a signal comes. */
#pragma once

#include "kernel/abi/signal.h"

/* ACTION is SIG_DFL or SIG_IGN. Returns 0 or an error. */
long set_signal(int signal, unsigned long action);

/* Lets SIGNAL call HANDLER. A call that waits answers -EINTR then. Returns 0 or
 * an error. In 64-bit programs only: see x86_64/signal_return.asm. */
long set_signal_handler(int signal, void (*handler)(int signal));
