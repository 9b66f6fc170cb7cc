/* The FPU state in a handler's frame.
 *
 *     x86-64                      i386
 *                                 struct fpstate_32, as FSAVE wrote it
 *     state of XSAVE or FXSAVE    state of XSAVE or FXSAVE
 *     FP_XSTATE_MAGIC2            FP_XSTATE_MAGIC2 (both with XSAVE only)
 */
#pragma once

#include "kernel/lib.h"
#include "kernel/x86.h"

/* Where the state goes if it must end below SP. */
uaddr_t signal_fpu_place_64(uaddr_t sp);
uaddr_t signal_fpu_place_32(uaddr_t sp);

/* The most that either takes of a stack, with what aligns it. */
size_t signal_fpu_size_max(void);

/* Writes the running program's registers to TO. Return 0 or -EFAULT. */
int signal_fpu_save_64(uaddr_t to) MUST_CHECK;
int signal_fpu_save_32(uaddr_t to, const struct trap_frame *frame) MUST_CHECK;

/* Give the running program the registers at FROM; its first ones if that is 0.
 * Return 0, -EFAULT, or -EINVAL for what the CPU would not take; then too they
 * are as at first. */
int signal_fpu_restore_64(uaddr_t from) MUST_CHECK;
int signal_fpu_restore_32(uaddr_t from) MUST_CHECK;
