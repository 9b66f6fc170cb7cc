/* Switching between kernel stacks. */
#pragma once

#include "kernel/x86/trap_frame.h"

/* Leaves the running stack, keeps its rsp in *SAVE, goes on at LOAD. Returns
 * when something switches back. Interrupts are off. */
void context_switch(uint64_t *save, uint64_t load);

/* Lays a copy of FRAME at the top of the stack that ends at STACK_END.
 * Returns the rsp to give to context_switch: the first switch to it goes to
 * ring 3 as FRAME says. */
uint64_t context_prepare(uint64_t stack_end, const struct trap_frame *frame);

/* Called on a stack that is gone on with for the first time, by who schedules
 * too: what ran before does not need its stack any more. Defined by those who
 * know threads. */
void context_switched(void);

/* Then, on such a stack, before it goes to ring 3 as FRAME says for the first
 * time: there may be something to act on. */
void context_entered(struct trap_frame *frame);
