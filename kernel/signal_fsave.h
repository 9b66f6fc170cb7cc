/* The x87 registers as i386's FSAVE wrote them, and as FXSAVE does. */
#pragma once

#include "kernel/abi/sigframe.h"
#include "kernel/x86/fpu.h"

/* CS is the program's, which FXSAVE of 64 bits does not keep. */
struct fpstate_32 fsave_from_fxsave(const struct fxsave *from, uint64_t cs);

/* Puts FROM into TO, which keeps what FSAVE does not have. */
void fsave_to_fxsave(const struct fpstate_32 *from, struct fxsave *to);
