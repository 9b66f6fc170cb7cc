/* gdb's numbers of the registers, as kernel/gdb/description.c declares them,
 * and their sizes. */
#pragma once

#include "kernel/lib.h"

enum gdb_register {
    GDB_RAX,
    GDB_RBX,
    GDB_RCX,
    GDB_RDX,
    GDB_RSI,
    GDB_RDI,
    GDB_RBP,
    GDB_RSP,
    GDB_R8,
    GDB_R15 = GDB_R8 + 7,
    GDB_RIP,
    GDB_EFLAGS,
    GDB_CS,
    GDB_SS,
    GDB_DS,
    GDB_ES,
    GDB_FS,
    GDB_GS,
    GDB_ST0,
    GDB_FCTRL = GDB_ST0 + 8,
    GDB_FSTAT,
    GDB_FTAG,
    GDB_FISEG,
    GDB_FIOFF,
    GDB_FOSEG,
    GDB_FOOFF,
    GDB_FOP,
    GDB_FS_BASE,
    GDB_GS_BASE,
    GDB_K_GS_BASE,
    GDB_CR0,
    GDB_CR2,
    GDB_CR3,
    GDB_CR4,
    GDB_CR8,
    GDB_EFER,
    GDB_XMM0,
    GDB_MXCSR = GDB_XMM0 + 16,
    GDB_REGISTER_COUNT,
};

#define GDB_REGISTER_MAX 16 /* bytes of the largest */

/* Those of programs alone. */
static inline bool gdb_register_is_float(unsigned number)
{
    return (number >= GDB_ST0 && number < GDB_FS_BASE) || number >= GDB_XMM0;
}

static inline size_t gdb_register_size(unsigned number)
{
    if (number >= GDB_EFLAGS && number < GDB_ST0) {
        return 4;
    }
    if (number >= GDB_ST0 && number < GDB_FCTRL) {
        return 10;
    }
    if (number >= GDB_XMM0 && number < GDB_MXCSR) {
        return 16;
    }
    return gdb_register_is_float(number) ? 4 : 8;
}

/* The description that gdb asks for: its file called NAME, or NULL. */
const char *gdb_description(const char *name);
