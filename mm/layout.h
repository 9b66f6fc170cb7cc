/* Where everything lies in the address space. The image's own addresses come
 * from linker.ld; every other virtual address is named here and only here.
 *
 *   0xffffffff80000000  the kernel's image, as linked (the last 2 GiB)
 *   0xffffe00000000000  a word for each frame of RAM: mm/frame_info.h
 *   0xffffd00000000000  kernel stacks, each above a page that is never mapped
 *   0xffffc00000000000  device memory, mapped when a driver asks for it
 *   0xffff800000000000  the direct map: physical address + DIRECT_MAP_BASE
 *                       is all of RAM, and nothing but RAM, writable
 *   -- the addresses between are not canonical: the CPU refuses them --
 *   0x00007ffffffff000  end of a 64-bit program's addresses
 *   0x00000000ffffe000  end of a 32-bit program's addresses
 *   0x0000000000010000  where programs may begin to map
 *
 * The direct map may be as long as 64 TiB, because that is how far 46 bits of
 * physical address reach.
 */
#pragma once

#include "kernel/lib.h"

#define KERNEL_BASE        0xffffffff80000000ull

#define DIRECT_MAP_BASE    0xffff800000000000ull
#define DIRECT_MAP_SIZE    (64 * TIB)

#define DEVICE_MAP_BASE    0xffffc00000000000ull
#define DEVICE_MAP_SIZE    (512 * GIB)

#define KERNEL_STACKS_BASE 0xffffd00000000000ull
#define KERNEL_STACKS_SIZE (512 * GIB)

#define FRAME_INFO_BASE    0xffffe00000000000ull
#define FRAME_INFO_SIZE    (DIRECT_MAP_SIZE / FRAME_SIZE * sizeof(uint32_t))

/* 16 KiB a stack, in a slot of twice that: the lower half stays unmapped. */
#define KERNEL_STACK_SIZE  (16 * KIB)
#define KERNEL_STACK_SLOT  (2 * KERNEL_STACK_SIZE)

/* Linux's TASK_SIZE_MAX, and IA32_PAGE_OFFSET for a 32-bit program. */
#define USER_END_64        0x00007ffffffff000ull
#define USER_END_32        0x00000000ffffe000ull
static_assert(USER_END_64 < 1ull << 47, "canonical: see syscall_entry.asm");

/* The same with personality ADDR_LIMIT_3GB. */
#define USER_END_3GIB 0x00000000c0000000ull

/* Linux's default of /proc/sys/vm/mmap_min_addr. */
#define USER_MAP_MIN  0x10000ull

/* What the tables of boot/start.asm map: the low 4 GiB, in the direct map. */
#define BOOT_MAP_SIZE (4 * GIB)

/* The kernel's view of RAM at ADDRESS. */
static inline void *direct_map(paddr_t address)
{
    return (void *)(DIRECT_MAP_BASE + address);
}

/* The physical address behind POINTER, which lies in the direct map. */
static inline paddr_t direct_map_address(const void *pointer)
{
    return (paddr_t)(uintptr_t)pointer - DIRECT_MAP_BASE;
}
