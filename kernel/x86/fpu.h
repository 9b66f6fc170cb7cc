/* The floating point and vector registers of programs.
 *
 * The kernel itself never uses them (-mgeneral-regs-only), so they are saved
 * when one process gives way to another, and not at each trap.
 */
#pragma once

#include "kernel/lib/types.h"

/* Bytes of the largest state that fpu_init() switches on. */
#define FPU_STATE_MAX 4096

/* Where one program's registers are kept (SDM vol. 1, 13.4). */
struct fpu_state {
    uint8_t area[FPU_STATE_MAX];
} __attribute__((aligned(64)));

/* Switches on x87, SSE and whichever of AVX and AVX-512 the CPU has. */
void fpu_init(void);

/* Fills STATE with what Linux gives a new program. */
void fpu_state_init(struct fpu_state *state);

void fpu_save(struct fpu_state *state);
void fpu_restore(const struct fpu_state *state);
