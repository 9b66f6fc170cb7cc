/* Frames: what a handler finds on its stack, and the way back from there.
 *
 *     sp before   +---------------------------+
 *                 | 128 bytes (x86-64 alone)  |  a leaf function's own
 *                 +---------------------------+  or the alternate stack's end
 *                 | FPU state                 |  kernel/process/signal_fpu.h
 *                 +---------------------------+
 *                 | siginfo_t, ucontext       |
 *                 | pretcode                  |  where the handler returns to
 *     sp          +---------------------------+
 */
#pragma once

#include "kernel/process/signal.h"

/* Make FRAME run ACTION's handler for INFO, and go on as now when that has
 * returned. Return 0, or -EFAULT when the program's stack can't be written;
 * then FRAME is as before. */
int signal_frame_push_64(struct trap_frame *frame,
                         const struct signal_action *action,
                         const struct signal_info *info) MUST_CHECK;
int signal_frame_push_32(struct trap_frame *frame,
                         const struct signal_action *action,
                         const struct signal_info *info) MUST_CHECK;

/* sigreturn and rt_sigreturn: the program goes on where FRAME's stack says that
 * it was. Answer what the call does. */
int64_t signal_frame_return_64(struct trap_frame *frame);
int64_t signal_frame_return_32(struct trap_frame *frame);
int64_t signal_frame_return_rt_32(struct trap_frame *frame);

/* The most that a frame takes of an alternate stack, by either: AT_MINSIGSTKSZ.
 */
size_t signal_frame_size_max(void);

/* What both do. */

/* RFLAGS that a program may set in a frame (Linux's FIX_EFLAGS). */
#define SIGNAL_FRAME_FLAGS                                                     \
    (RFLAGS_AC | RFLAGS_OF | RFLAGS_DF | RFLAGS_TF | RFLAGS_SF | RFLAGS_ZF |   \
     RFLAGS_AF | RFLAGS_PF | RFLAGS_CF | RFLAGS_RF)

/* Where a frame of SIZE bytes goes. */
struct signal_frame_place {
    uaddr_t start; /* aligned as the ABI wants it where a function begins */
    uaddr_t fpu;
};

/* The mask to block again when the handler returns. */
uint64_t signal_frame_mask(const struct signal_state *signals);

/* The frame that sigreturn found at ADDRESS is none: SIGSEGV. Answers what
 * sigreturn does. */
int64_t signal_frame_refuse(struct trap_frame *frame, uaddr_t address);
