/* Switching the machine off, and starting it anew. */
#pragma once

#include "kernel/lib.h"

/* ACPI S5. Where that does not work, says so and halts. */
NORETURN void power_off(void);

/* The ACPI reset register, the chipset's port 0xcf9, the keyboard controller,
 * a triple fault: in turn until one works. */
NORETURN void power_reset(void);

/* Halts this CPU for ever, with interrupts off. */
NORETURN void power_halt(void);
