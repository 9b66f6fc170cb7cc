/* What a handler finds on its stack, and what sigreturn takes from there
 * (Linux's arch/x86/include/uapi/asm/sigcontext.h and ucontext.h, and the
 * frames of arch/x86/include/asm/sigframe.h).
 */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi/sigaction.h"
#include "kernel/abi/siginfo.h"

/* uc_flags */
#define UC_FP_XSTATE         1 /* the FPU state is XSAVE's, with sw_reserved */
#define UC_SIGCONTEXT_SS     2 /* ss is there */
#define UC_STRICT_RESTORE_SS 4 /* and is restored whatever it is */

/* Around the state of XSAVE: the first in sw_reserved, the second behind it. */
#define FP_XSTATE_MAGIC1     0x46505853
#define FP_XSTATE_MAGIC2     0x46505845

/* The last 48 bytes of FXSAVE's 512, which the CPU leaves to software. */
struct fpx_sw_bytes {
    uint32_t magic1;
    uint32_t extended_size; /* of all of the state, with magic2 */
    uint64_t xfeatures;
    uint32_t xstate_size; /* of what XSAVE wrote */
    uint32_t padding[7];
};

struct sigcontext_64 {
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t di, si, bp, bx, dx, ax, cx, sp, ip, flags;
    uint16_t cs, gs, fs, ss;
    uint64_t err, trapno, oldmask, cr2;
    uint64_t fpstate; /* address, or 0 */
    uint64_t reserved[8];
};

struct ucontext_64 {
    uint64_t uc_flags;
    uint64_t uc_link;
    struct sigaltstack_64 uc_stack;
    struct sigcontext_64 uc_mcontext;
    uint64_t uc_sigmask;
};

struct rt_sigframe_64 {
    uint64_t pretcode; /* what the handler returns to */
    struct ucontext_64 uc;
    struct siginfo_64 info;
};

struct sigcontext_32 {
    uint16_t gs, gs_high, fs, fs_high, es, es_high, ds, ds_high;
    uint32_t di, si, bp, sp, bx, dx, cx, ax;
    uint32_t trapno, err, ip;
    uint16_t cs, cs_high;
    uint32_t flags, sp_at_signal;
    uint16_t ss, ss_high;
    uint32_t fpstate;
    uint32_t oldmask;
    uint32_t cr2;
};

/* FSAVE's state, as i386 programs know it; FXSAVE's follows. */
struct fpstate_32 {
    uint32_t cw, sw, tag, ipoff, cssel, dataoff, datasel;
    uint8_t st[8][10];
    uint16_t status;
    uint16_t magic; /* 0: FXSAVE's state follows */
};

#define FPSTATE_32_UNUSED 624 /* where the FPU state was before FXSAVE */

struct sigframe_32 {
    uint32_t pretcode;
    int32_t sig;
    struct sigcontext_32 sc;
    uint8_t fpstate_unused[FPSTATE_32_UNUSED];
    uint32_t extramask; /* signals 33 to 64 */
    uint8_t retcode[8];
};

struct ucontext_32 {
    uint32_t uc_flags;
    uint32_t uc_link;
    struct sigaltstack_32 uc_stack;
    struct sigcontext_32 uc_mcontext;
    uint32_t uc_sigmask[2];
};

struct rt_sigframe_32 {
    uint32_t pretcode;
    int32_t sig;
    uint32_t pinfo;
    uint32_t puc;
    struct siginfo_32 info;
    struct ucontext_32 uc;
    uint8_t retcode[8];
};

static_assert(sizeof(struct fpx_sw_bytes) == 48, "_fpx_sw_bytes");
static_assert(sizeof(struct sigcontext_64) == 256, "sigcontext_64");
static_assert(sizeof(struct ucontext_64) == 304, "ucontext");
static_assert(sizeof(struct rt_sigframe_64) == 440, "rt_sigframe");
static_assert(sizeof(struct sigcontext_32) == 88, "sigcontext_32");
static_assert(sizeof(struct fpstate_32) == 112, "fregs_state");
static_assert(sizeof(struct sigframe_32) == 732, "sigframe_ia32");
static_assert(sizeof(struct ucontext_32) == 116, "ucontext_ia32");
static_assert(sizeof(struct rt_sigframe_32) == 268, "rt_sigframe_ia32");
