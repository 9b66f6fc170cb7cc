/* What is said of a trap: its name, and its registers. */
#include "kernel/report/trap_report.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

static const char *const names[VECTOR_EXCEPTIONS_END] = {
    [VECTOR_DIVIDE] = "divide error",
    [VECTOR_DEBUG] = "debug exception",
    [VECTOR_NMI] = "non-maskable interrupt",
    [VECTOR_BREAKPOINT] = "breakpoint",
    [VECTOR_OVERFLOW] = "overflow",
    [VECTOR_BOUND] = "bound range exceeded",
    [VECTOR_INVALID_OPCODE] = "invalid opcode",
    [VECTOR_NO_FPU] = "device not available",
    [VECTOR_DOUBLE_FAULT] = "double fault",
    [VECTOR_INVALID_TSS] = "invalid TSS",
    [VECTOR_NO_SEGMENT] = "segment not present",
    [VECTOR_STACK_SEGMENT] = "stack-segment fault",
    [VECTOR_PROTECTION] = "general protection",
    [VECTOR_PAGE_FAULT] = "page fault",
    [VECTOR_FPU] = "floating-point error",
    [VECTOR_ALIGNMENT] = "alignment check",
    [VECTOR_MACHINE_CHECK] = "machine check",
    [VECTOR_SIMD] = "SIMD floating-point exception",
};

const char *trap_name(uint64_t vector)
{
    const char *name = vector < VECTOR_EXCEPTIONS_END ? names[vector] : NULL;
    return name != NULL ? name : "interrupt";
}

void trap_log_registers(enum log_level level, const struct trap_frame *frame)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"rax", frame->rax},    {"rbx", frame->rbx}, {"rcx", frame->rcx},
        {"rdx", frame->rdx},    {"rsi", frame->rsi}, {"rdi", frame->rdi},
        {"rbp", frame->rbp},    {"rsp", frame->rsp}, {"r8 ", frame->r8},
        {"r9 ", frame->r9},     {"r10", frame->r10}, {"r11", frame->r11},
        {"r12", frame->r12},    {"r13", frame->r13}, {"r14", frame->r14},
        {"r15", frame->r15},    {"rip", frame->rip}, {"cs ", frame->cs},
        {"flg", frame->rflags}, {"ss ", frame->ss},  {"err", frame->error},
        {"cr2", read_cr2()},    {"cr3", read_cr3()}, {"cr4", read_cr4()},
    };

    /* Three fit in the 80 columns of a screen. */
    static_assert(ARRAY_COUNT(rows) % 3 == 0, "whole lines");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i += 3) {
        log_write(level, "  %s %016llx %s %016llx %s %016llx", rows[i].name,
                  (unsigned long long)rows[i].value, rows[i + 1].name,
                  (unsigned long long)rows[i + 1].value, rows[i + 2].name,
                  (unsigned long long)rows[i + 2].value);
    }
}
