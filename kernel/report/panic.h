/* The end of the kernel, with what is known about it. */
#pragma once

#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* What to do at the end, from the option `panic=`. */
void panic_set_end(enum option_end end);

/* A trap of the kernel itself that nobody expected. */
NORETURN void panic_trap(const struct trap_frame *frame, const char *reason);
