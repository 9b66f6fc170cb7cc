/* Floating point and vector registers: XSAVE where the CPU has it, else
 * FXSAVE. */
#include "kernel/x86/fpu.h"

#include "kernel/lib/assert.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"

/* SDM vol. 1, 13.1: state components. */
#define XCR0_X87      BIT(0)
#define XCR0_SSE      BIT(1)
#define XCR0_AVX      BIT(2)
#define XCR0_AVX512   (BIT(5) | BIT(6) | BIT(7))

#define LEAF_XSAVE    0xd

/* SDM vol. 1, 10.5.1.1: the FXSAVE area, the first part of every state. */
#define FXSAVE_FCW    0
#define FXSAVE_MXCSR  24

/* SDM vol. 1, 8.1.5 and 10.2.3: all exceptions masked. */
#define FCW_INITIAL   0x37f
#define MXCSR_INITIAL 0x1f80

static uint64_t components;

/* A component is switched on with all that it builds on, or not at all. */
static uint64_t choose_components(uint64_t supported)
{
    uint64_t chosen = XCR0_X87 | XCR0_SSE;

    if ((supported & XCR0_AVX) == 0) {
        return chosen;
    }
    chosen |= XCR0_AVX;
    if ((supported & XCR0_AVX512) == XCR0_AVX512) {
        chosen |= XCR0_AVX512;
    }
    return chosen;
}

void fpu_init(void)
{
    __asm__ volatile("fninit");
    if (!cpu_features.xsave) {
        return;
    }
    struct cpuid leaf = cpuid_if_known(LEAF_XSAVE, 0);
    components = choose_components((uint64_t)leaf.edx << 32 | leaf.eax);
    xsetbv(0, components);
    ASSERT_CMP(cpuid(LEAF_XSAVE, 0).ebx, <=, (uint32_t)FPU_STATE_MAX);
}

void fpu_state_init(struct fpu_state *state)
{
    static const uint16_t fcw = FCW_INITIAL;
    static const uint32_t mxcsr = MXCSR_INITIAL;

    memset(state, 0, sizeof(*state));
    memcpy(state->area + FXSAVE_FCW, &fcw, sizeof(fcw));
    memcpy(state->area + FXSAVE_MXCSR, &mxcsr, sizeof(mxcsr));
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

void fpu_restore(const struct fpu_state *state)
{
    if (cpu_features.xsave) {
        __asm__ volatile("xrstor64 %0"
                         :
                         : "m"(*state), "a"((uint32_t)components),
                           "d"((uint32_t)(components >> 32)));
    } else {
        __asm__ volatile("fxrstor64 %0" : : "m"(*state));
    }
}
