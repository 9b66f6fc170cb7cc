/* One byte at an address of the kernel's half, which may be anything: each
 * returns false where it would have faulted. Always inline, because code that
 * no breakpoint can be in (kernel/x86/debug.h) uses them too. */
#pragma once

#include "kernel/x86.h"

static ALWAYS_INLINE bool load_byte(uint64_t address, uint8_t *value)
{
    uint32_t failed = 1;
    uint8_t loaded = 0;

    __asm__ volatile("1: movb (%[address]), %[loaded]\n"
                     "movl $0, %[failed]\n"
                     "2:\n" FIXUP("1b", "2b")
                     : [failed] "+r"(failed), [loaded] "+q"(loaded)
                     : [address] "r"(address)
                     : "memory");
    *value = loaded;
    return failed == 0;
}

static ALWAYS_INLINE bool store_byte(uint64_t address, uint8_t value)
{
    uint32_t failed = 1;

    __asm__ volatile("1: movb %[value], (%[address])\n"
                     "movl $0, %[failed]\n"
                     "2:\n" FIXUP("1b", "2b")
                     : [failed] "+r"(failed)
                     : [address] "r"(address), [value] "q"(value)
                     : "memory");
    return failed == 0;
}
