/* What is said of a trap. */
#pragma once

#include "kernel/lib.h"
#include "kernel/x86.h"

/* Logs all of FRAME's registers. */
void trap_log_registers(enum log_level level, const struct trap_frame *frame);

/* The manual's name of an exception, or "interrupt". */
const char *trap_name(uint64_t vector);
