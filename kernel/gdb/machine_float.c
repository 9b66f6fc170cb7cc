/* The floating point and vector registers of a process: in the CPU while it
 * runs, because the kernel itself has no use for them, else saved. */
#include "kernel/gdb/machine.h"
#include "kernel/gdb/registers.h"
#include "kernel/lib.h"
#include "kernel/signal.h"
#include "kernel/x86.h"

/* Where FXSAVE has the control registers, in the order of gdb's numbers. With
 * 64-bit addresses the segments' places hold their upper halves. */
static const struct {
    uint8_t offset;
    uint8_t size;
} control[] = {
    [GDB_FCTRL - GDB_FCTRL] = {offsetof(struct fxsave, fcw), 2},
    [GDB_FSTAT - GDB_FCTRL] = {offsetof(struct fxsave, fsw), 2},
    [GDB_FTAG - GDB_FCTRL] = {offsetof(struct fxsave, ftw), 1},
    [GDB_FISEG - GDB_FCTRL] = {offsetof(struct fxsave, fip) + 4, 2},
    [GDB_FIOFF - GDB_FCTRL] = {offsetof(struct fxsave, fip), 4},
    [GDB_FOSEG - GDB_FCTRL] = {offsetof(struct fxsave, fdp) + 4, 2},
    [GDB_FOOFF - GDB_FCTRL] = {offsetof(struct fxsave, fdp), 4},
    [GDB_FOP - GDB_FCTRL] = {offsetof(struct fxsave, fop), 2},
};

static struct fpu_state live;

/* Where the registers of PROCESS are, as they are now. */
static struct fpu_state *state_of(const struct process *process)
{
    if (process != process_current()) {
        return process->leader->cpu.fpu;
    }
    fpu_save(&live);
    return &live;
}

/* The bytes of register NUMBER in LEGACY, and how many in *SIZE. */
static uint8_t *place_of(struct fxsave *legacy, unsigned number, size_t *size)
{
    ASSERT(gdb_register_is_float(number));
    *size = gdb_register_size(number);
    if (number < GDB_FCTRL) {
        return legacy->st[number - GDB_ST0];
    }
    if (number == GDB_MXCSR) {
        return (uint8_t *)&legacy->mxcsr;
    }
    if (number >= GDB_XMM0) {
        return legacy->xmm[number - GDB_XMM0];
    }
    *size = control[number - GDB_FCTRL].size;
    return (uint8_t *)legacy + control[number - GDB_FCTRL].offset;
}

void float_read(const struct process *process, unsigned number, void *bytes)
{
    struct fxsave *legacy = &state_of(process)->legacy;
    size_t size;
    const uint8_t *from = place_of(legacy, number, &size);

    memset(bytes, 0, gdb_register_size(number));
    memcpy(bytes, from, size);
    if (number == GDB_FTAG) {
        uint32_t tags = fsave_tags(legacy);
        memcpy(bytes, &tags, sizeof(tags));
    }
}

/* Only the CPU knows which bits of MXCSR it has. */
static bool is_mxcsr_valid(struct fpu_state *state, uint32_t old)
{
    if (fpu_state_is_valid(state)) {
        return true;
    }
    state->legacy.mxcsr = old;
    return false;
}

enum gdb_error float_write(const struct process *process, unsigned number,
                           const void *bytes)
{
    struct fpu_state *state = state_of(process);
    uint32_t mxcsr = state->legacy.mxcsr;
    size_t size;
    uint8_t *to = place_of(&state->legacy, number, &size);

    memcpy(to, bytes, size);
    if (number == GDB_FTAG) {
        uint32_t tags;
        memcpy(&tags, bytes, sizeof(tags));
        state->legacy.ftw = fsave_used(tags);
    }
    if (!is_mxcsr_valid(state, mxcsr)) {
        return GDB_INVALID;
    }
    if (cpu_features.xsave) {
        state->header.xstate_bv |= FPU_X87 | FPU_SSE;
    }
    bool is_taken = state != &live || fpu_restore(&live);
    return is_taken ? GDB_OK : GDB_INVALID;
}
