/* What each CPU has of its own, reached through GS while in the kernel.
 *
 * The entry code knows offsets by kernel/constants.c. Host tests shadow this
 * header with test/host/include/kernel/x86/percpu.h.
 */
#pragma once

#include "kernel/lib.h"

#define CPUS_MAX 8

struct thread;

struct percpu {
    struct percpu *self;   /* so that %gs:0 is the address of this struct */
    uint64_t kernel_stack; /* rsp for the next entry from ring 3 */
    uint64_t user_rsp;     /* scratch of the syscall entry */
    struct thread *thread; /* the one that runs here */
    uint32_t index;        /* 0 to CPUS_MAX - 1 */
};

/* The address of this CPU's struct percpu. */
extern uint64_t percpu_base;

static inline struct percpu *this_cpu(void)
{
    struct percpu *cpu;
    __asm__("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/* 0 to CPUS_MAX - 1. Read as a C object, which the compiler need not extend to
 * use it as an index, as it must what comes from assembly. */
static inline unsigned cpu_index(void)
{
    const __seg_gs struct percpu *cpu = NULL;
    return cpu->index;
}

/* The thread that runs on this CPU. */
static inline struct thread *cpu_thread(void)
{
    const __seg_gs struct percpu *cpu = NULL;
    return cpu->thread;
}
