/* Whose turn it is: each thread that may run waits in one queue for the CPU. */
#pragma once

#include "kernel/thread/thread.h"

/* Gives the CPU away; returns when the running thread, whose state becomes
 * STATE, is woken and it is its turn. */
void thread_block(enum thread_state state);

/* Lets other threads run that wait for the CPU. */
void thread_yield(void);

/* How many threads run or wait for the CPU. Looks at each. */
unsigned schedule_running_count(void);

/* Says that no timer interrupt will end a wait: from now on an idle CPU looks
 * for input and at the clock again and again. */
void schedule_busily(void);

/* Begins to run threads; main's last call. */
NORETURN void schedule_begin(void);
