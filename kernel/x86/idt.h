/* The interrupt descriptor table. */
#pragma once

/* From one stub of trap_entry.asm to the next, in bytes. */
#define TRAP_STUB_SIZE 16

/* Points every vector at its stub in trap_entry.asm and loads the table. */
void idt_init(void);

/* Points the syscall instruction at syscall_entry.asm. */
void syscall_entry_init(void);
