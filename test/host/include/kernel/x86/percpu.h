/* Host tests' stand-in for kernel/x86/percpu.h: a thread is a CPU. */
#pragma once

#include "kernel/lib/types.h"

#define CPUS_MAX 8

struct thread;

struct percpu {
    struct thread *thread;
    uint32_t index; /* 0 to CPUS_MAX - 1; set by the test's threads */
};

/* All 0 in each thread until the thread says otherwise. Weak, so that all
 * files of a program have the same. */
__attribute__((weak)) _Thread_local struct percpu host_cpu;

static inline struct percpu *this_cpu(void)
{
    return &host_cpu;
}

static inline unsigned cpu_index(void)
{
    return host_cpu.index;
}

static inline struct thread *cpu_thread(void)
{
    return host_cpu.thread;
}
