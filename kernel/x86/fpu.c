/* Floating point and vector registers: XSAVE where the CPU has it, else
 * FXSAVE. */
#include "kernel/x86/fpu.h"

#include "kernel/lib.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/fixup.h"

#define LEAF_XSAVE         0xd

/* SDM vol. 1, 8.1.5 and 10.2.3: all exceptions masked. */
#define FCW_INITIAL        0x37f
#define MXCSR_INITIAL      0x1f80

/* SDM vol. 1, 11.6.6: the bits of MXCSR when FXSAVE says nothing. */
#define MXCSR_MASK_DEFAULT 0xffbf

#define EXCEPTIONS         0x3f
#define MXCSR_MASKS_SHIFT  7

static uint64_t components = FPU_X87 | FPU_SSE;
static size_t state_size = sizeof(struct fxsave);
static uint32_t mxcsr_mask;

/* What Linux gives a new program. */
static const struct fpu_state state_initial = {
    .legacy = {.fcw = FCW_INITIAL, .mxcsr = MXCSR_INITIAL},
};

/* A component is switched on with all that it builds on, or not at all. Those
 * are Linux's, so that its frames of signals have the same size. PKRU means
 * nothing as long as CR4_PKE is 0. */
static uint64_t choose_components(uint64_t supported)
{
    uint64_t chosen = FPU_X87 | FPU_SSE | (supported & FPU_PKRU);

    if ((supported & FPU_MPX) == FPU_MPX) {
        chosen |= FPU_MPX;
    }
    if ((supported & FPU_AVX) == 0) {
        return chosen;
    }
    chosen |= FPU_AVX;
    if ((supported & FPU_AVX512) == FPU_AVX512) {
        chosen |= FPU_AVX512;
    }
    return chosen;
}

static uint32_t read_mxcsr_mask(void)
{
    struct fxsave probe __attribute__((aligned(16)));

    memset(&probe, 0, sizeof(probe));
    __asm__ volatile("fxsave64 %0" : "+m"(probe));
    return probe.mxcsr_mask != 0 ? probe.mxcsr_mask : MXCSR_MASK_DEFAULT;
}

/* Returns the bytes of a state with CHOSEN. */
static size_t switch_on(uint64_t chosen)
{
    xsetbv(0, chosen);
    return cpuid(LEAF_XSAVE, 0).ebx;
}

void fpu_init(void)
{
    __asm__ volatile("fninit");
    mxcsr_mask = read_mxcsr_mask();
    if (!cpu_features.xsave) {
        return;
    }
    struct cpuid leaf = cpuid_if_known(LEAF_XSAVE, 0);
    components = choose_components((uint64_t)leaf.edx << 32 | leaf.eax);
    state_size = switch_on(components);
    if (state_size > FPU_STATE_MAX) {
        /* Where a component lies, the CPU or a hypervisor decides. These two
         * lie in FXSAVE's part (SDM vol. 1, 13.4.1). */
        components = FPU_X87 | FPU_SSE;
        state_size = switch_on(components);
    }
}

uint64_t fpu_components(void)
{
    return components;
}

size_t fpu_state_size(void)
{
    return state_size;
}

void fpu_state_init(struct fpu_state *state)
{
    memcpy(state, &state_initial, state_size);
}

bool fpu_mxcsr_is_valid(uint32_t mxcsr)
{
    return (mxcsr & ~mxcsr_mask) == 0;
}

/* SDM vol. 1, 13.8.1 and 10.5.1.2: what makes XRSTOR and FXRSTOR fault. */
bool fpu_state_is_valid(const struct fpu_state *state)
{
    const struct xsave_header *header = &state->header;

    if (!fpu_mxcsr_is_valid(state->legacy.mxcsr)) {
        return false;
    }
    return !cpu_features.xsave ||
           ((header->xstate_bv & ~components) == 0 && header->xcomp_bv == 0 &&
            header->reserved[0] == 0);
}

void fpu_save(struct fpu_state *state)
{
    if (cpu_features.xsave) {
        __asm__ volatile("xsave64 %0"
                         : "+m"(*state)
                         : "a"((uint32_t)components),
                           "d"((uint32_t)(components >> 32)));
    } else {
        __asm__ volatile("fxsave64 %0" : "=m"(*state));
    }
}

/* Functions that do INSTRUCTION with the state at AT, for the components
 * CHOSEN: FXSAVE and FXRSTOR look at none. Return whether the CPU and the
 * memory allowed it. */
#define DEFINE_TRY(name, instruction)                                          \
    static bool name(uintptr_t at, uint64_t chosen)                            \
    {                                                                          \
        uint32_t is_done = false;                                              \
                                                                               \
        __asm__ volatile("1: " instruction " (%[at])\n"                        \
                         "movl $1, %[done]\n"                                  \
                         "2:\n" FIXUP("1b", "2b")                              \
                         : [done] "+r"(is_done)                                \
                         : [at] "r"(at), "a"((uint32_t)chosen),                \
                           "d"((uint32_t)(chosen >> 32))                       \
                         : "memory");                                          \
        return is_done != 0;                                                   \
    }

DEFINE_TRY(try_xsave, "xsave64")
DEFINE_TRY(try_fxsave, "fxsave64")
DEFINE_TRY(try_xrstor, "xrstor64")
DEFINE_TRY(try_fxrstor, "fxrstor64")

static bool try_restore(const struct fpu_state *state)
{
    return cpu_features.xsave ? try_xrstor((uintptr_t)state, components)
                              : try_fxrstor((uintptr_t)state, components);
}

void fpu_reset(void)
{
    bool is_taken = try_restore(&state_initial);
    ASSERT(is_taken);
}

bool fpu_restore(const struct fpu_state *state)
{
    if (try_restore(state)) {
        return true;
    }
    fpu_reset();
    return false;
}

bool fpu_save_to_user(uintptr_t to)
{
    cpu_user_access_begin();
    bool is_written = cpu_features.xsave ? try_xsave(to, components)
                                         : try_fxsave(to, components);
    cpu_user_access_end();
    return is_written;
}

/* As on Linux after the program's, so that with AVX, which has MXCSR too, that
 * is as at first. */
static void reset_all_but(uint64_t chosen)
{
    const uint64_t rest = components & ~chosen;

    if (rest != 0) {
        bool is_taken = try_xrstor((uintptr_t)&state_initial, rest);
        ASSERT(is_taken);
    }
}

bool fpu_restore_from_user(uintptr_t from, uint64_t chosen)
{
    chosen &= components;
    cpu_user_access_begin();
    bool is_taken = try_xrstor(from, chosen);
    cpu_user_access_end();
    reset_all_but(chosen);
    return is_taken;
}

bool fpu_restore_legacy_from_user(uintptr_t from)
{
    cpu_user_access_begin();
    bool is_taken = try_fxrstor(from, FPU_X87 | FPU_SSE);
    cpu_user_access_end();
    reset_all_but(FPU_X87 | FPU_SSE);
    return is_taken;
}

unsigned fpu_x87_exceptions(void)
{
    uint16_t status, control;

    __asm__ volatile("fnstsw %0" : "=m"(status));
    __asm__ volatile("fnstcw %0" : "=m"(control));
    return status & ~(unsigned)control & EXCEPTIONS;
}

unsigned fpu_sse_exceptions(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr & ~(mxcsr >> MXCSR_MASKS_SHIFT) & EXCEPTIONS;
}
