/* The constants of C that assembly and linker.ld know, too. This file is
 * compiled to assembly and no further; kernel/constants.awk makes of what that
 * says constants.inc and constants.ld. Fields are named as by nasm's `struc`.
 */
#include "boot/boot.h"
#include "drivers/uart.h"
#include "drivers/vga_text.h"
#include "kernel/x86.h"
#include "mm/layout.h"

#define NAMED(name, value) __asm__("-> " name " %0" : : "i"(value))
#define CONSTANT(name)     NAMED(#name, name)
#define FIELD(structure, at)                                                   \
    NAMED(#structure "." #at, offsetof(struct structure, at))
#define SIZE(structure) NAMED(#structure "_size", sizeof(struct structure))

void constants_of_boot(void);
void constants_of_cpu(void);
void constants_of_traps(void);

void constants_of_boot(void)
{
    CONSTANT(KERNEL_BASE);
    CONSTANT(LARGE_PAGE_SIZE);
    CONSTANT(BOOT_MAGIC_MULTIBOOT1);
    CONSTANT(BOOT_MAGIC_MULTIBOOT2);
    CONSTANT(BOOT_MAGIC_PVH);
    CONSTANT(UART_COM1);
    CONSTANT(VGA_TEXT_ADDRESS);
    CONSTANT(VGA_TEXT_COLUMNS);
    CONSTANT(VGA_TEXT_ROWS);
    SIZE(boot_stack);
}

void constants_of_cpu(void)
{
    CONSTANT(CR0_PE);
    CONSTANT(CR0_MP);
    CONSTANT(CR0_ET);
    CONSTANT(CR0_NE);
    CONSTANT(CR0_WP);
    CONSTANT(CR0_AM);
    CONSTANT(CR0_PG);
    CONSTANT(CR4_PAE);
    CONSTANT(DR7_CLEAR);
    CONSTANT(EFER_SCE);
    CONSTANT(EFER_LME);
    CONSTANT(EFER_NXE);
    CONSTANT(RFLAGS_TF);
    CONSTANT(RFLAGS_ID);
    CONSTANT(MSR_EFER);
    CONSTANT(MSR_GS_BASE);
    CONSTANT(PTE_PRESENT);
    CONSTANT(PTE_WRITE);
    CONSTANT(PTE_LARGE);
    CONSTANT(PT_ENTRIES);
    CONSTANT(SELECTOR_RPL);
    CONSTANT(USER_CS32);
    CONSTANT(USER_CS64);
    CONSTANT(USER_DS);
}

void constants_of_traps(void)
{
    CONSTANT(VECTOR_COUNT);
    CONSTANT(VECTOR_DEBUG);
    CONSTANT(VECTOR_NMI);
    CONSTANT(VECTOR_BREAKPOINT);
    CONSTANT(VECTOR_INVALID_OPCODE);
    CONSTANT(VECTOR_DOUBLE_FAULT);
    CONSTANT(VECTOR_MACHINE_CHECK);
    CONSTANT(VECTOR_INT80);
    CONSTANT(VECTOR_SYSCALL);
    CONSTANT(TRAP_STUB_SIZE);

    FIELD(percpu, kernel_stack);
    FIELD(percpu, user_rsp);
    SIZE(trap_frame);
    FIELD(trap_frame, r15);
    FIELD(trap_frame, r14);
    FIELD(trap_frame, r13);
    FIELD(trap_frame, r12);
    FIELD(trap_frame, rbp);
    FIELD(trap_frame, rbx);
    FIELD(trap_frame, r11);
    FIELD(trap_frame, r10);
    FIELD(trap_frame, r9);
    FIELD(trap_frame, r8);
    FIELD(trap_frame, rax);
    FIELD(trap_frame, rcx);
    FIELD(trap_frame, rdx);
    FIELD(trap_frame, rsi);
    FIELD(trap_frame, rdi);
    FIELD(trap_frame, vector);
    FIELD(trap_frame, error);
    FIELD(trap_frame, rip);
    FIELD(trap_frame, cs);
    FIELD(trap_frame, rflags);
    FIELD(trap_frame, rsp);
}
