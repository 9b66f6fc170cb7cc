/* The debug registers (SDM vol. 3B, 17.2). */
#pragma once

#include "kernel/lib.h"

#define DEBUG_SLOTS 4

/* Code that runs at an exception of the debugger before it has taken its
 * breakpoints out of the kernel, or after it has put them back. It calls
 * nothing that has not this mark too, and lies between two symbols of
 * linker.ld. */
#define UNBREAKABLE __attribute__((noinline, section(".text.unbreakable")))
extern const char unbreakable_start[], unbreakable_end[];
extern const char debug_bounce[]; /* an int3: kernel/x86/debug_entry.asm */

/* DR6: which slots were hit are its lowest four bits. */
#define DR6_STEP  BIT(14) /* a single step */
#define DR6_CLEAR 0xffff0ff0ull

/* DR7: per slot an enable bit, the kind of access and the length. */
#define DR7_CLEAR BIT(10) /* always 1 */

static inline uint64_t dr7_enable(unsigned slot)
{
    return BIT(2 * slot + 1); /* global: not forgotten by task switches */
}

/* KIND as R/W 0 to 3, LENGTH as LEN 0 to 3. */
static inline uint64_t dr7_condition(unsigned slot, uint64_t kind,
                                     uint64_t length)
{
    return (kind | length << 2) << (16 + 4 * slot);
}

#define DEFINE_DR(n)                                                           \
    static inline uint64_t read_dr##n(void)                                    \
    {                                                                          \
        uint64_t value;                                                        \
        __asm__ volatile("movq %%db" #n ", %0" : "=r"(value));                 \
        return value;                                                          \
    }                                                                          \
    static inline void write_dr##n(uint64_t value)                             \
    {                                                                          \
        __asm__ volatile("movq %0, %%db" #n : : "r"(value) : "memory");        \
    }

DEFINE_DR(0)
DEFINE_DR(1)
DEFINE_DR(2)
DEFINE_DR(3)
DEFINE_DR(6)
DEFINE_DR(7)
