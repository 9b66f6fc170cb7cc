/* The kernel's half of the address space: the image with the rights that each
 * part needs, the direct map, devices and stacks. See mm/layout.h. */
#pragma once

#include "boot/boot_info.h"

/* Builds the kernel's page tables for the RAM in INFO, switches to them, and
 * adds to INFO what they take of RAM, as MEMORY_KERNEL. Panics with a clear
 * reason where the machine has too little memory for them. Called once, before
 * byte_map_init(). */
void kernel_map_init(struct boot_info *info);

/* After byte_map_init(): every table that later mappings in the kernel's half
 * need at the top level, so that all address spaces share them; and memory for
 * the words of the frames in INFO (mm/frame_info.h). */
void kernel_map_finish(const struct boot_info *info);

enum device_caching {
    DEVICE_UNCACHED,        /* registers, and tables of unknown memory */
    DEVICE_WRITE_COMBINING, /* framebuffers */
};

/* Maps SIZE bytes of device memory at ADDRESS, for ever. Returns where, or
 * NULL when the range wraps, is past what the CPU can address, or there is no
 * memory for tables. */
void *device_map(paddr_t address, size_t size, enum device_caching caching);

/* A stack of KERNEL_STACK_SIZE bytes, all zero so that a debugger sees how deep
 * it has been, above an unmapped guard. Returns the address of its end, where
 * the stack begins, or 0 when there is no memory. */
uint64_t kernel_stack_alloc(void);
void kernel_stack_free(uint64_t stack_end);

/* Stacks that kernel_stack_free keeps for the next kernel_stack_alloc: how many
 * there are, and giving them back, which answers how many that were. */
size_t kernel_stack_spares(void);
size_t kernel_stack_free_spares(void);

/* Is ADDRESS in the guard below some kernel stack? */
bool kernel_stack_is_guard(uint64_t address);
