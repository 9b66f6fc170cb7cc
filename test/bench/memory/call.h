/* System calls with nothing around them. A call that fails ends the program:
 * a figure for a refused call would be wrong. */
#pragma once

#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE_SIZE 4096ul
#define MIB       (1024 * 1024ul)
#define ERRNO_MAX 4095ul

/* The i386 number of getpid. */
#define GETPID_32 20

/* Ends the program, with a message. */
__attribute__((noreturn)) void call_failed(long number, long result);

static inline uintptr_t checked(long number, long result)
{
    if (__builtin_expect((unsigned long)result >= -ERRNO_MAX, 0)) {
        call_failed(number, result);
    }
    return (uintptr_t)result;
}

static inline uintptr_t call1(long number, uintptr_t a)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a)
                     : "rcx", "r11", "memory");
    return checked(number, result);
}

static inline uintptr_t call6(long number, uintptr_t a, uintptr_t b, long c,
                              long d, uintptr_t e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register uintptr_t r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return checked(number, result);
}

static inline uintptr_t call_32(long number)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number)
                     : "r8", "r9", "r10", "r11", "memory");
    return checked(number, result);
}

static inline uintptr_t map_at(uintptr_t address, uintptr_t length, int prot,
                               int flags)
{
    return call6(SYS_mmap, address, length, prot,
                 MAP_PRIVATE | MAP_ANONYMOUS | flags, (uintptr_t)-1, 0);
}

/* Anonymous, readable and writable, anywhere. */
static inline uintptr_t map(uintptr_t length)
{
    return map_at(0, length, PROT_READ | PROT_WRITE, 0);
}

/* The beginning of FILE, to read. */
static inline uintptr_t map_file(int file, uintptr_t length)
{
    return call6(SYS_mmap, 0, length, PROT_READ, MAP_PRIVATE, (uintptr_t)file,
                 0);
}

static inline void unmap(uintptr_t address, uintptr_t length)
{
    call6(SYS_munmap, address, length, 0, 0, 0, 0);
}

static inline void touch(uintptr_t address)
{
    *(volatile char *)address = 1;
}

/* Each page of [start, start + length), upwards. */
static inline void touch_pages(uintptr_t start, uintptr_t length)
{
    for (uintptr_t at = start; at < start + length; at += PAGE_SIZE) {
        touch(at);
    }
}
