/* What of the CPU belongs to a thread: the registers that a trap does not save,
 * because the kernel has no use for them. While a thread runs they are in the
 * CPU, and those here mean nothing; but `tls` always does. */
#pragma once

#include "kernel/x86.h"

struct thread_cpu {
    struct fpu_state *fpu;
    uint64_t fs_base;
    uint64_t gs_base;
    struct segments segments;
    uint64_t tls[GDT_TLS_COUNT]; /* descriptors */
};

/* Room for one, as a new program finds the registers. False when there is no
 * memory. */
bool thread_cpu_alloc(struct thread_cpu *cpu) MUST_CHECK;
void thread_cpu_free(struct thread_cpu *cpu);

/* As a new program finds the registers, an i386 one or an x86-64 one. */
void thread_cpu_init_32(struct thread_cpu *cpu);
void thread_cpu_init_64(struct thread_cpu *cpu);

/* Fetches what the CPU has for the running thread. */
void thread_cpu_save(struct thread_cpu *cpu);

/* Gives it to the CPU. Returns whether the CPU took the vector registers; if
 * not, they are as a new program finds them. */
bool thread_cpu_load(const struct thread_cpu *cpu) MUST_CHECK;

/* Of a thread that does not run: its DESCRIPTOR number INDEX, and the bases of
 * the registers that hold it. */
void thread_cpu_set_tls(struct thread_cpu *cpu, unsigned index,
                        uint64_t descriptor);

/* A child begins with what the running thread, whose is FROM, has. */
void thread_cpu_copy(struct thread_cpu *to, const struct thread_cpu *from);
