/* The floating point and vector registers of programs.
 *
 * The kernel itself never uses them (-mgeneral-regs-only), so they are saved
 * when one process gives way to another, and not at each trap.
 */
#pragma once

#include "kernel/lib.h"

/* Bytes of the largest state that fpu_init() switches on. */
#define FPU_STATE_MAX 4096

/* SDM vol. 1, 13.1: state components, as bits. */
#define FPU_X87       BIT(0)
#define FPU_SSE       BIT(1)
#define FPU_AVX       BIT(2)
#define FPU_MPX       (BIT(3) | BIT(4)) /* bounds */
#define FPU_AVX512    (BIT(5) | BIT(6) | BIT(7))
#define FPU_PKRU      BIT(9) /* protection keys */

/* SDM vol. 1, 10.5.1: what FXSAVE writes. */
struct fxsave {
    uint16_t fcw, fsw;
    uint8_t ftw; /* a bit for each register that is not empty */
    uint8_t reserved0;
    uint16_t fop;
    uint64_t fip, fdp;
    uint32_t mxcsr, mxcsr_mask;
    uint8_t st[8][16];
    uint8_t xmm[16][16];
    uint8_t reserved1[48];
    uint8_t software[48]; /* not the CPU's */
};

/* SDM vol. 1, 13.4.2. */
struct xsave_header {
    uint64_t xstate_bv; /* the components that are not in their first state */
    uint64_t xcomp_bv;
    uint64_t reserved[6];
};

static_assert(sizeof(struct fxsave) == 512, "SDM vol. 1, 10.5.1");
static_assert(sizeof(struct xsave_header) == 64, "SDM vol. 1, 13.4.2");

/* Where one program's registers are kept (SDM vol. 1, 13.4). Without XSAVE it
 * is the first member alone. */
struct fpu_state {
    struct fxsave legacy;
    struct xsave_header header;
    uint8_t extended[FPU_STATE_MAX - 512 - 64];
} __attribute__((aligned(64)));

/* Switches on x87, SSE and whichever of the others above the CPU has. */
void fpu_init(void);

/* What is switched on: bits of components, and bytes of a state. */
uint64_t fpu_components(void);
size_t fpu_state_size(void);

/* Fills STATE with what Linux gives a new program. */
void fpu_state_init(struct fpu_state *state);

/* Can MXCSR, or STATE, which came from a program, be restored without a fault?
 */
bool fpu_mxcsr_is_valid(uint32_t mxcsr) MUST_CHECK;
bool fpu_state_is_valid(const struct fpu_state *state) MUST_CHECK;

void fpu_save(struct fpu_state *state);

/* Returns whether the CPU took STATE. If not, the registers are as a new
 * program finds them. */
bool fpu_restore(const struct fpu_state *state) MUST_CHECK;

/* Gives the registers what a new program finds. */
void fpu_reset(void);

/* Straight to and from a program's memory, which has to be below the kernel's.
 * What is saved lacks all of the header but its first word, and FXSAVE's part
 * that is the software's. Return whether the CPU and the memory allowed it; if
 * not, what is half done stays so.
 *
 * The first restores the components CHOSEN that are switched on, the second
 * what FXSAVE knows; the others are then as a new program finds them. */
bool fpu_save_to_user(uintptr_t to) MUST_CHECK;
bool fpu_restore_from_user(uintptr_t from, uint64_t chosen) MUST_CHECK;
bool fpu_restore_legacy_from_user(uintptr_t from) MUST_CHECK;

/* Exceptions, as bits of the x87 status word and of MXCSR alike (SDM vol. 1,
 * 8.1.3 and 10.2.3). */
#define FPU_INVALID   BIT(0)
#define FPU_DENORMAL  BIT(1)
#define FPU_DIVIDE    BIT(2)
#define FPU_OVERFLOW  BIT(3)
#define FPU_UNDERFLOW BIT(4)
#define FPU_PRECISION BIT(5)

/* The exceptions that the CPU holds ready and that are not masked: of the x87
 * registers, and of the vector registers. */
unsigned fpu_x87_exceptions(void);
unsigned fpu_sse_exceptions(void);
