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

/* SDM vol. 1, 13.8.1 and 10.5.1.2: what makes XRSTOR and FXRSTOR fault. */
bool fpu_state_is_valid(const struct fpu_state *state)
{
    const struct xsave_header *header = &state->header;

    if ((state->legacy.mxcsr & ~mxcsr_mask) != 0) {
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

/* Returns whether the CPU took STATE. */
static bool try_restore(const struct fpu_state *state)
{
    uint32_t is_taken = false;

    if (cpu_features.xsave) {
        __asm__ volatile("1: xrstor64 %[state]\n"
                         "movl $1, %[taken]\n"
                         "2:\n" FIXUP("1b", "2b")
                         : [taken] "+r"(is_taken)
                         : [state] "m"(*state), "a"((uint32_t)components),
                           "d"((uint32_t)(components >> 32)));
    } else {
        __asm__ volatile("1: fxrstor64 %[state]\n"
                         "movl $1, %[taken]\n"
                         "2:\n" FIXUP("1b", "2b")
                         : [taken] "+r"(is_taken)
                         : [state] "m"(*state));
    }
    return is_taken != 0;
}

bool fpu_restore(const struct fpu_state *state)
{
    if (try_restore(state)) {
        return true;
    }
    bool is_taken = try_restore(&state_initial);
    ASSERT(is_taken);
    return false;
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
