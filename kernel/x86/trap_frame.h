/* The saved registers of an interrupted program or of the kernel itself, as
 * every entry in trap_entry.asm and syscall_entry.asm pushes them. */
#pragma once

#include "kernel/lib.h"

struct trap_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector; /* 0 to 255, or VECTOR_SYSCALL */
    uint64_t error;  /* the CPU's error code; of a system call its number */
    uint64_t rip, cs, rflags, rsp, ss; /* pushed by the CPU */
};

static_assert(sizeof(struct trap_frame) == 22 * 8, "trap_entry.asm pushes 22");

/* SDM vol. 3A, table 6-1. */
enum {
    VECTOR_DIVIDE = 0,
    VECTOR_DEBUG = 1,
    VECTOR_NMI = 2,
    VECTOR_BREAKPOINT = 3,
    VECTOR_OVERFLOW = 4,
    VECTOR_BOUND = 5,
    VECTOR_INVALID_OPCODE = 6,
    VECTOR_NO_FPU = 7,
    VECTOR_DOUBLE_FAULT = 8,
    VECTOR_INVALID_TSS = 10,
    VECTOR_NO_SEGMENT = 11,
    VECTOR_STACK_SEGMENT = 12,
    VECTOR_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_FPU = 16,
    VECTOR_ALIGNMENT = 17,
    VECTOR_MACHINE_CHECK = 18,
    VECTOR_SIMD = 19,

    VECTOR_EXCEPTIONS_END = 32,
    VECTOR_IRQ_BASE = 32, /* 16 lines of the 8259s */
    VECTOR_IRQ_END = 48,
    VECTOR_INT80 = 0x80,

    VECTOR_SYSCALL = 256, /* not the CPU's: the syscall instruction */
    VECTOR_NONE = 257,    /* the frame was made, by execve or sigreturn */
};

#define VECTOR_COUNT 256

/* True when FRAME is of ring 3. */
static inline bool trap_from_user(const struct trap_frame *frame)
{
    return (frame->cs & 3) != 0; /* rings 1 and 2 are not used */
}

/* Debug exceptions and int3, before trap_dispatch hears of them: returns
 * whether they were the debugger's, and are done with. Defined by kernel/gdb/.
 */
bool trap_debug(struct trap_frame *frame);

/* Every entry but system calls. Declared here, defined by kernel/trap.c. */
void trap_dispatch(struct trap_frame *frame);
