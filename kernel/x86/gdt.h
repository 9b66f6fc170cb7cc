/* Segments and the task state segment.
 *
 * The numbers are Linux's, because programs see them: a 32-bit program's
 * set_thread_area answers entry 12, and cs tells 32 from 64 bit.
 */
#pragma once

#include "kernel/lib.h"
#include "kernel/x86/stack.h"

#define GDT_ENTRIES   16
#define GDT_TLS_FIRST 12
#define GDT_TLS_COUNT 3

#define KERNEL_CS     0x10
#define KERNEL_DS     0x18
#define USER_CS32     0x23
#define USER_DS       0x2b
#define USER_CS64     0x33

/* Loads GDT, TSS and segment registers of the CPU that runs this, and points
 * GS at its struct percpu. */
void gdt_init(void);

/* Sets the stack that traps from ring 3 begin on. */
void gdt_set_kernel_stack(uint64_t rsp);

/* Sets the stack that IST stands for. Returns the last one. */
uint64_t gdt_set_ist(enum ist ist, uint64_t rsp);

/* Lets selectors with SELECTOR_LOCAL choose among the COUNT descriptors of
 * TABLE, or among none. What registers were loaded from it before stays. */
#define LDT_ENTRIES 8192
void gdt_set_local(const uint64_t *table, unsigned count);

/* Installs a program's three thread-local segments (SDM vol. 3A, 3.4.5). */
void gdt_set_tls(const uint64_t descriptors[GDT_TLS_COUNT]);
