/* System calls of a 64-bit program, by `syscall`. (user/lib/i386/ has the same
 * names for 32 bits; the compiler is told which folder to look in.)
 *
 *     rax                     the call's number; then its result
 *     rdi rsi rdx r10 r8 r9   the arguments
 *     rcx r11                 overwritten by the CPU: rip and the flags
 *
 * In the constraints "=a" is rax as output and "a" as input, "D" rdi, "S" rsi,
 * "d" rdx. r10, r8 and r9 have no letter, so variables are bound to them. The
 * kernel may read and write the program's memory: hence "memory", else the
 * compiler would keep bytes that are to be written in registers. */
#pragma once

#include "kernel/abi/syscalls_64.h"

#define SYS(name)        SYS64_##name

/* The calls that have another name, or unit, in 32 bits. */
#define SYS_MMAP         SYS64_mmap
#define MMAP_OFFSET_UNIT 1 /* bytes that an offset of 1 means */
#define SYS_GETTIME      SYS64_clock_gettime

static inline long __syscall0(long number)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall1(long number, long first)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall2(long number, long first, long second)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall3(long number, long first, long second, long third)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall4(long number, long first, long second, long third,
                              long fourth)
{
    register long r10 __asm__("r10") = fourth;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third),
                       "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall5(long number, long first, long second, long third,
                              long fourth, long fifth)
{
    register long r10 __asm__("r10") = fourth;
    register long r8 __asm__("r8") = fifth;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third),
                       "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long __syscall6(long number, long first, long second, long third,
                              long fourth, long fifth, long sixth)
{
    register long r10 __asm__("r10") = fourth;
    register long r8 __asm__("r8") = fifth;
    register long r9 __asm__("r9") = sixth;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third),
                       "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
