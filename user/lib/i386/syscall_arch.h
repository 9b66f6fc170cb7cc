/* System calls of a 32-bit program, by `int 0x80`. (user/lib/x86_64/ has the
 * same names for 64 bits; the compiler is told which folder to look in.)
 *
 *     eax                       the call's number; then its result
 *     ebx ecx edx esi edi ebp   the arguments
 *
 * All other registers are kept. In the constraints "=a" is eax as output and
 * "a" as input, "b" ebx, "c" ecx, "d" edx, "S" esi, "D" edi. ebp has no letter,
 * because the compiler may use it to find its variables: __syscall6 puts it
 * aside on the stack. */
#pragma once

#include "kernel/abi/syscalls_32.h"

#define SYS(name)        SYS32_##name

/* The calls that have another name, or unit, in 64 bits. */
#define SYS_MMAP         SYS32_mmap2
#define MMAP_OFFSET_UNIT 4096 /* bytes that an offset of 1 means */
#define SYS_GETTIME      SYS32_clock_gettime64

static inline long __syscall0(long number)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number) : "memory");
    return result;
}

static inline long __syscall1(long number, long first)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first)
                     : "memory");
    return result;
}

static inline long __syscall2(long number, long first, long second)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second)
                     : "memory");
    return result;
}

static inline long __syscall3(long number, long first, long second, long third)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second), "d"(third)
                     : "memory");
    return result;
}

static inline long __syscall4(long number, long first, long second, long third,
                              long fourth)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second), "d"(third),
                       "S"(fourth)
                     : "memory");
    return result;
}

static inline long __syscall5(long number, long first, long second, long third,
                              long fourth, long fifth)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second), "d"(third),
                       "S"(fourth), "D"(fifth)
                     : "memory");
    return result;
}

/* Seven values and six registers that the compiler can give. So the fifth and
 * the sixth come as an array, whose address is in edi; it is read before ebp,
 * through which the compiler might find its variables, is overwritten. */
static inline long __syscall6(long number, long first, long second, long third,
                              long fourth, long fifth, long sixth)
{
    long last[] = {fifth, sixth};
    long *edi = last;
    long result;
    __asm__ volatile("pushl %%ebp\n\t"
                     "movl 4(%%edi), %%ebp\n\t"
                     "movl (%%edi), %%edi\n\t"
                     "int $0x80\n\t"
                     "popl %%ebp"
                     : "=a"(result), "+D"(edi)
                     : "a"(number), "b"(first), "c"(second), "d"(third),
                       "S"(fourth)
                     : "memory");
    return result;
}
