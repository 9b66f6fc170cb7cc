/* The FPU state between the CPU and a handler's frame.
 *
 * The CPU writes it there and, for a 64-bit program, takes it from there, as on
 * Linux. That of an i386 program is changed on the way back: while a thread
 * runs its struct fpu_state holds nothing, and serves as the buffer. A switch
 * to another thread saves the registers there: none may come while it is
 * filled, and no program's words may stay in the header, of which XSAVE keeps
 * what it does not know (SDM vol. 1, 13.7).
 */
#include "kernel/process/signal_fpu.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/sigframe.h"
#include "kernel/lib.h"
#include "kernel/process/process.h"
#include "kernel/signal.h"
#include "kernel/x86.h"
#include "mm/user_copy.h"

#define LEGACY          (FPU_X87 | FPU_SSE)
#define XSAVE_ALIGNMENT 64
#define MAGIC2          sizeof(uint32_t)

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

/* What the CPU leaves out of a frame's state; of the header XSAVE then writes
 * the first word. */
struct left_out {
    struct fpx_sw_bytes software;
    struct xsave_header header;
};

static_assert(sizeof(struct left_out) ==
                  offsetof(struct fpu_state, extended) -
                      offsetof(struct fpu_state, legacy.software),
              "one behind the other");

/* As on Linux, a frame names x87 and SSE, also in their first state. */
static int finish_extended(uaddr_t to)
{
    const uint32_t magic2 = FP_XSTATE_MAGIC2;
    const uaddr_t header = to + offsetof(struct fpu_state, header);
    uint64_t xstate_bv;

    if (copy_from_user(&xstate_bv, header, sizeof(xstate_bv)) != 0) {
        return -EFAULT;
    }
    xstate_bv |= LEGACY;
    if (copy_to_user(header, &xstate_bv, sizeof(xstate_bv)) != 0) {
        return -EFAULT;
    }
    return copy_to_user(to + fpu_state_size(), &magic2, sizeof(magic2));
}

/* Writes the state, which BEFORE bytes of the frame's state come before. */
static int write_state(uaddr_t to, size_t before)
{
    const struct left_out left_out = {
        .software = {
            .magic1 = FP_XSTATE_MAGIC1,
            .extended_size = (uint32_t)(before + fpu_state_size() + MAGIC2),
            .xfeatures = fpu_components(),
            .xstate_size = (uint32_t)fpu_state_size(),
        }};
    const size_t left_out_size =
        cpu_features.xsave ? sizeof(left_out) : sizeof(left_out.software);

    if (!is_user_range(to, fpu_state_size()) ||
        copy_to_user(to + offsetof(struct fpu_state, legacy.software),
                     &left_out, left_out_size) != 0 ||
        !fpu_save_to_user(to)) {
        return -EFAULT;
    }
    return cpu_features.xsave ? finish_extended(to) : 0;
}

int signal_fpu_save_64(uaddr_t to)
{
    return write_state(to, 0);
}

int signal_fpu_save_32(uaddr_t to, const struct trap_frame *frame)
{
    const uaddr_t state = to + sizeof(struct fpstate_32);
    struct fxsave legacy;

    if (write_state(state, sizeof(struct fpstate_32)) != 0 ||
        copy_from_user(&legacy, state, sizeof(legacy)) != 0) {
        return -EFAULT;
    }
    struct fpstate_32 fsave = fsave_from_fxsave(&legacy, frame->cs);
    return copy_to_user(to, &fsave, sizeof(fsave));
}

/* Does SOFTWARE, found in a state at FROM, say that all of XSAVE's state is
 * there? Returns 1, 0 or -EFAULT. */
static int has_extended(const struct fpx_sw_bytes *software, uaddr_t from)
{
    uint32_t magic2;

    if (!cpu_features.xsave || software->magic1 != FP_XSTATE_MAGIC1 ||
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

/* QEMU's CPU does not look. */
static int check_mxcsr(uaddr_t from)
{
    uint32_t mxcsr;

    if (copy_from_user(&mxcsr, from + offsetof(struct fpu_state, legacy.mxcsr),
                       sizeof(mxcsr)) != 0) {
        return -EFAULT;
    }
    return fpu_mxcsr_is_valid(mxcsr) ? 0 : -EINVAL;
}

/* The CPU reads the frame of a 64-bit program where it is, and refuses what is
 * not aligned (SDM vol. 1, 13.8 and 10.5.1) or has what must not be. */
static int load_state(uaddr_t from)
{
    struct fpx_sw_bytes software;

    if (!is_user_range(from, fpu_state_size()) ||
        copy_from_user(&software,
                       from + offsetof(struct fpu_state, legacy.software),
                       sizeof(software)) != 0) {
        return -EFAULT;
    }
    int found = has_extended(&software, from);
    int error = found < 0 ? found : check_mxcsr(from);
    if (error != 0) {
        return error;
    }
    bool is_taken = found == 1 ? fpu_restore_from_user(from, software.xfeatures)
                               : fpu_restore_legacy_from_user(from);
    return is_taken ? 0 : -EINVAL;
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
static int read_state(struct fpu_state *state, uaddr_t from)
{
    if (copy_from_user(&state->legacy, from, sizeof(state->legacy)) != 0) {
        return -EFAULT;
    }
    int found = cpu_features.xsave ? read_extended(state, from) : 0;
    if (found < 0) {
        return found;
    }
    return fpu_state_is_valid(state) && is_reserved_clear(&state->header)
               ? 0
               : -EINVAL;
}

/* The same with what FSAVE wrote before it. */
static int read_state_32(struct fpu_state *state, uaddr_t from)
{
    struct fpstate_32 fsave;

    if (copy_from_user(&fsave, from, sizeof(fsave)) != 0) {
        return -EFAULT;
    }
    int error = read_state(state, from + sizeof(fsave));
    if (error == 0) {
        fsave_to_fxsave(&fsave, &state->legacy);
    }
    return error;
}

int signal_fpu_restore_64(uaddr_t from)
{
    int error = from != 0 ? load_state(from) : 0;

    if (error != 0 || from == 0) {
        fpu_reset();
    }
    return error;
}

/* Where there is no memory for a page the thread waits for some: now, not while
 * the state is read. */
static void touch(uaddr_t from)
{
    const uaddr_t end = from + sizeof(struct fpstate_32) + extended_size();
    uint8_t byte;

    for (uaddr_t at = from; at < end;
         at = align_down(at, PAGE_SIZE) + PAGE_SIZE) {
        (void)!copy_from_user(&byte, at, sizeof(byte));
    }
}

int signal_fpu_restore_32(uaddr_t from)
{
    struct fpu_state *state = thread_current()->cpu.fpu;

    touch(from);
    int error = from != 0 ? read_state_32(state, from) : 0;
    if (error != 0 || from == 0) {
        fpu_state_init(state);
        fpu_reset();
        return error;
    }
    return fpu_restore(state) ? 0 : -EINVAL;
}
