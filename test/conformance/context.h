/* The frames that Linux lays on the stack for a handler with SA_SIGINFO: the
 * parts that the program looks at (include/uapi/asm-generic/siginfo.h,
 * arch/x86/include/uapi/asm/sigcontext.h). */
#pragma once

#include <stdint.h>

struct signal_info {
    int32_t signal;
    int32_t error;
    int32_t code;
    unsigned long address; /* aligned: from byte 16 on in 64 bits, 12 in 32 */
};

struct signal_stack {
    unsigned long start;
    int32_t flags;
    unsigned long size;
};

#ifdef __x86_64__
struct signal_registers {
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx;
    uint64_t stack_pointer, instruction, flags;
    uint16_t cs, gs, fs, ss;
    uint64_t error, trap, old_mask, address;
};
#else
struct signal_registers {
    uint32_t gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax;
    uint32_t trap, error, instruction, cs, flags, stack_pointer, ss;
    uint32_t fpu, old_mask, address;
};
#endif

struct signal_context {
    unsigned long flags;
    unsigned long link;
    struct signal_stack stack;
    struct signal_registers registers;
};

/* As rt_sigaction takes it. */
struct signal_action {
    void (*handler)(int signal, const struct signal_info *info,
                    struct signal_context *context);
    unsigned long flags;
    void (*restorer)(void);
    uint32_t mask[2];
};

#define SIGNAL_MASK_SIZE sizeof(((struct signal_action *)0)->mask)
