/* The FPU state between the CPU and a handler's frame.
 *
 * While a thread runs its struct fpu_state holds nothing, and serves here as
 * the buffer.
 */
#include "kernel/process/signal_fpu.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/sigframe.h"
#include "kernel/lib.h"
#include "kernel/process/process.h"
#include "kernel/signal.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define LEGACY           (FPU_X87 | FPU_SSE)
#define XSAVE_ALIGNMENT  64
#define FXSAVE_ALIGNMENT 16
#define MAGIC2           sizeof(uint32_t)

static_assert(sizeof(struct fpx_sw_bytes) ==
                  sizeof(((struct fxsave *)0)->software),
              "the room that FXSAVE leaves");

static size_t extended_size(void)
{
    return fpu_state_size() + (cpu_features.xsave ? MAGIC2 : 0);
}

uaddr_t signal_fpu_place_64(uaddr_t sp)
{
    return align_down(sp - extended_size(), XSAVE_ALIGNMENT);
}

uaddr_t signal_fpu_place_32(uaddr_t sp)
{
    return signal_fpu_place_64(sp) - sizeof(struct fpstate_32);
}

size_t signal_fpu_size_max(void)
{
    return extended_size() + sizeof(struct fpstate_32) + XSAVE_ALIGNMENT - 1;
}

/* Fetches the registers into the thread's buffer, all but the software's part
 * as a frame has it. */
static struct fpu_state *fetch_registers(void)
{
    struct fpu_state *state = thread_current()->cpu.fpu;

    if (cpu_features.xsave) {
        memset(&state->header, 0, sizeof(state->header));
    }
    fpu_save(state);
    if (cpu_features.xsave) {
        state->header.xstate_bv |= LEGACY;
    }
    return state;
}

/* Writes STATE, which BEFORE bytes of the frame's state come before. */
static int write_state(struct fpu_state *state, uaddr_t to, size_t before)
{
    const uint32_t magic2 = FP_XSTATE_MAGIC2;
    const struct fpx_sw_bytes software = {
        .magic1 = FP_XSTATE_MAGIC1,
        .extended_size = (uint32_t)(before + fpu_state_size() + MAGIC2),
        .xfeatures = fpu_components(),
        .xstate_size = (uint32_t)fpu_state_size(),
    };

    memcpy(state->legacy.software, &software, sizeof(software));
    int error = copy_to_user(to, state, fpu_state_size());
    if (error == 0 && cpu_features.xsave) {
        error = copy_to_user(to + fpu_state_size(), &magic2, sizeof(magic2));
    }
    return error;
}

int signal_fpu_save_64(uaddr_t to)
{
    return write_state(fetch_registers(), to, 0);
}

int signal_fpu_save_32(uaddr_t to, const struct trap_frame *frame)
{
    struct fpu_state *state = fetch_registers();
    struct fpstate_32 fsave = fsave_from_fxsave(&state->legacy, frame->cs);

    int error = copy_to_user(to, &fsave, sizeof(fsave));
    if (error != 0) {
        return error;
    }
    return write_state(state, to + sizeof(fsave), sizeof(fsave));
}

/* Does SOFTWARE, found in a state at FROM, say that all of XSAVE's state is
 * there? Returns 1, 0 or -EFAULT. */
static int has_extended(const struct fpx_sw_bytes *software, uaddr_t from)
{
    uint32_t magic2;

    if (software->magic1 != FP_XSTATE_MAGIC1 ||
        software->xstate_size < offsetof(struct fpu_state, extended) ||
        software->xstate_size > fpu_state_size() ||
        software->xstate_size > software->extended_size) {
        return 0;
    }
    if (copy_from_user(&magic2, from + software->xstate_size, sizeof(magic2)) !=
        0) {
        return -EFAULT;
    }
    return magic2 == FP_XSTATE_MAGIC2 ? 1 : 0;
}

/* Reads what comes behind FXSAVE's part; all of it in its first state if it is
 * not there. Returns 1 when it was there, 0 or an error. */
static int read_extended(struct fpu_state *state, uaddr_t from)
{
    const size_t legacy_size = sizeof(state->legacy);
    struct fpx_sw_bytes software;

    memcpy(&software, state->legacy.software, sizeof(software));
    memset(&state->header, 0, sizeof(*state) - legacy_size);
    int found = has_extended(&software, from);
    if (found <= 0) {
        state->header.xstate_bv = LEGACY;
        return found;
    }
    if (copy_from_user(&state->header, from + legacy_size,
                       software.xstate_size - legacy_size) != 0) {
        return -EFAULT;
    }
    if (!fpu_state_is_valid(state)) {
        return -EINVAL;
    }
    state->header.xstate_bv &= software.xfeatures;
    return 1;
}

/* Returns as read_extended does. */
static int read_state(struct fpu_state *state, uaddr_t from)
{
    if (copy_from_user(&state->legacy, from, sizeof(state->legacy)) != 0) {
        return -EFAULT;
    }
    int found = cpu_features.xsave ? read_extended(state, from) : 0;
    if (found < 0) {
        return found;
    }
    return fpu_state_is_valid(state) ? found : -EINVAL;
}

/* Linux lets XRSTOR or FXRSTOR read the frame of a 64-bit program where it is,
 * and they fault when it is not aligned (SDM vol. 1, 13.8 and 10.5.1). */
static int read_state_64(struct fpu_state *state, uaddr_t from)
{
    int found = read_state(state, from);
    uaddr_t alignment = found == 1 ? XSAVE_ALIGNMENT : FXSAVE_ALIGNMENT;

    if (found < 0) {
        return found;
    }
    return from % alignment == 0 ? 0 : -EINVAL;
}

static bool is_reserved_clear(const struct xsave_header *header)
{
    for (size_t i = 0; i < ARRAY_COUNT(header->reserved); i++) {
        if (header->reserved[i] != 0) {
            return false;
        }
    }
    return true;
}

/* It copies that of an i386 program first: any address is good, but what is
 * reserved in the header has to be 0, also where the CPU does not look. */
static int read_state_32(struct fpu_state *state, uaddr_t from)
{
    int found = read_state(state, from);

    if (found < 0) {
        return found;
    }
    return is_reserved_clear(&state->header) ? 0 : -EINVAL;
}

void signal_fpu_reset(void)
{
    struct fpu_state *state = thread_current()->cpu.fpu;

    fpu_state_init(state);
    bool is_taken = fpu_restore(state);
    ASSERT(is_taken);
}

int signal_fpu_restore_64(uaddr_t from)
{
    struct fpu_state *state = thread_current()->cpu.fpu;
    int error = from != 0 ? read_state_64(state, from) : 0;

    if (error != 0 || from == 0) {
        signal_fpu_reset();
        return error;
    }
    return fpu_restore(state) ? 0 : -EINVAL;
}

int signal_fpu_restore_32(uaddr_t from)
{
    struct fpu_state *state = thread_current()->cpu.fpu;
    struct fpstate_32 fsave;
    int error = 0;

    if (from != 0 && copy_from_user(&fsave, from, sizeof(fsave)) != 0) {
        error = -EFAULT;
    } else if (from != 0) {
        error = read_state_32(state, from + sizeof(fsave));
    }
    if (error != 0 || from == 0) {
        signal_fpu_reset();
        return error;
    }
    fsave_to_fxsave(&fsave, &state->legacy);
    return fpu_restore(state) ? 0 : -EINVAL;
}
