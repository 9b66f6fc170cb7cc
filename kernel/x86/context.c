/* The first stack of a new thread. */
#include "kernel/x86/context.h"

void context_begin(void);

/* What context_switch pops, from low to high. */
struct context {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t rip;
};

/*
 *   stack_end  +--------------------+
 *              | struct trap_frame  |  popped by trap_return
 *              | context_begin      |  context.rip: where context_switch
 *              | rbx ... r15        |  "returns" to
 *        rsp   +--------------------+
 */
uint64_t context_prepare(uint64_t stack_end, const struct trap_frame *frame)
{
    struct trap_frame *copy = (struct trap_frame *)stack_end - 1;
    struct context *context = (struct context *)copy - 1;

    *copy = *frame;
    *context = (struct context){.rip = (uintptr_t)context_begin};
    return (uintptr_t)context;
}
