/* The local APIC, as far as the 8259's interrupts pass through it on their way
 * to the CPU. */
#pragma once

#include "kernel/lib.h"

#define LOCAL_APIC_SIZE 4096u

/* Where the registers lie, LOCAL_APIC_SIZE bytes of them. PADDR_NONE when there
 * are none in memory: no APIC, one that is off, or one in x2APIC mode. */
paddr_t local_apic_address(void);

/* Lets the 8259's interrupts and the NMI through ("virtual wire mode"), as a
 * BIOS leaves it, and UEFI firmware may not. REGISTERS is local_apic_address,
 * mapped, or NULL where that is PADDR_NONE. */
void local_apic_pass_pic(volatile void *registers);
