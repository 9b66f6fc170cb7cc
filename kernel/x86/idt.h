/* The interrupt descriptor table. */
#pragma once

/* Points every vector at its stub in trap_entry.asm and loads the table. */
void idt_init(void);

/* Points the syscall instruction at syscall_entry.asm. */
void syscall_entry_init(void);
