/* Traps: what the CPU reports, and what Brix makes of it. */
#pragma once

#include "kernel/x86.h"

/* Takes the interrupts of the machine (drivers/pic.h). */
void trap_irq(struct trap_frame *frame);
