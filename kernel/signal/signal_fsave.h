/* The x87 registers as i386's FSAVE wrote them, and as FXSAVE does. */
#pragma once

#include "kernel/abi/sigframe.h"
#include "kernel/x86.h"

/* What each physical register holds, two bits a register, which FXSAVE cuts
 * down to one: the tag word of FROM, and what FXSAVE has for TAGS. */
uint32_t fsave_tags(const struct fxsave *from);
uint8_t fsave_used(uint32_t tags);

/* CS is the program's, which FXSAVE of 64 bits does not keep. */
struct fpstate_32 fsave_from_fxsave(const struct fxsave *from, uint64_t cs);

/* Puts FROM into TO, which keeps what FSAVE does not have. */
void fsave_to_fxsave(const struct fpstate_32 *from, struct fxsave *to);
