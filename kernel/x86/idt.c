/* The interrupt descriptor table and the registers of the syscall
 * instruction. */
#include "kernel/x86/idt.h"

#include "kernel/x86/cpu.h"
#include "kernel/x86/gdt.h"
#include "kernel/x86/stack.h"
#include "kernel/x86/trap_frame.h"

/* SDM vol. 3A, 6.14.1. */
struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

static_assert(sizeof(struct gate) == 16, "SDM vol. 3A, 6.14.1");

#define GATE_INTERRUPT 0x8e /* present, 64-bit interrupt gate: IF off */
#define GATE_DPL3      0x60 /* ring 3 may call it */

/* trap_entry.asm: VECTOR_COUNT stubs of TRAP_STUB_SIZE bytes. */
extern const char trap_stubs[];
void debug_entry(void);
void breakpoint_entry(void);
void int80_entry(void);
void syscall_entry(void);
void syscall_entry_compat(void);

static struct gate idt[VECTOR_COUNT];

static void set_gate(unsigned vector, uint64_t address, enum ist ist,
                     uint8_t type)
{
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)address,
        .selector = KERNEL_CS,
        .ist = (uint8_t)ist,
        .type = type,
        .offset_middle = (uint16_t)(address >> 16),
        .offset_high = (uint32_t)(address >> 32),
    };
}

static enum ist vector_ist(unsigned vector)
{
    switch (vector) {
    case VECTOR_DOUBLE_FAULT:
        return IST_DOUBLE_FAULT;
    case VECTOR_NMI:
        return IST_NMI;
    case VECTOR_MACHINE_CHECK:
        return IST_MACHINE_CHECK;
    default:
        return IST_NONE;
    }
}

void idt_init(void)
{
    uint64_t stubs = (uintptr_t)trap_stubs;

    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++) {
        set_gate(vector, stubs + vector * TRAP_STUB_SIZE, vector_ist(vector),
                 GATE_INTERRUPT);
    }
    /* A debugger's trap may come where rsp is a program's. */
    set_gate(VECTOR_DEBUG, (uintptr_t)debug_entry, IST_DEBUG, GATE_INTERRUPT);
    /* Ring 3 may use int3, into and int 0x80; any other int n is a #GP. */
    idt[VECTOR_OVERFLOW].type |= GATE_DPL3;
    set_gate(VECTOR_BREAKPOINT, (uintptr_t)breakpoint_entry, IST_BREAKPOINT,
             GATE_INTERRUPT | GATE_DPL3);
    set_gate(VECTOR_INT80, (uintptr_t)int80_entry, IST_NONE,
             GATE_INTERRUPT | GATE_DPL3);

    struct {
        uint16_t limit;
        uint64_t base;
    } PACKED pointer = {sizeof(idt) - 1, (uintptr_t)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

void syscall_entry_init(void)
{
    /* SDM vol. 3A, 5.8.8: syscall loads cs from bits 47:32 and ss from 8
     * more; sysret loads cs from bits 63:48 plus 16 and ss from plus 8. */
    wrmsr(MSR_STAR, (uint64_t)USER_CS32 << 48 | (uint64_t)KERNEL_CS << 32);
    wrmsr(MSR_LSTAR, (uintptr_t)syscall_entry);
    wrmsr(MSR_CSTAR, (uintptr_t)syscall_entry_compat);
    wrmsr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_NT |
                          RFLAGS_AC | RFLAGS_IOPL | RFLAGS_CF);
    /* There is no entry for sysenter: a #GP, whatever the firmware left (SDM
     * vol. 2B, SYSENTER). */
    wrmsr(MSR_SYSENTER_CS, 0);
}
