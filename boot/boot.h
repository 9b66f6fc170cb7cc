/* Boot's own interface: what the entry calls, and what boot calls upwards. */
#pragma once

#include "boot/boot_info.h"

/* What the loader leaves in EAX, by protocol. PVH leaves nothing there: the
 * PVH entry passes the magic that stands at the start of its structure. */
#define BOOT_MAGIC_MULTIBOOT1 0x2badb002u
#define BOOT_MAGIC_MULTIBOOT2 0x36d76289u
#define BOOT_MAGIC_PVH        0x336ec578u

/* Where the SIZE bytes of physical memory at ADDRESS can be read, or NULL when
 * any of them can't be. Defined by the kernel (boot's page tables map the low
 * 4 GiB), and by host tests, with bounds. */
const void *boot_memory(paddr_t address, size_t size);

/* Copies everything that the loader said at physical address INFO into *OUT.
 * MAGIC tells by which protocol. Returns 0, -EINVAL for an unknown magic, or
 * -EFAULT when the structure itself can't be read. What is wrong inside the
 * structure is left out; OUT is always safe to use after 0. */
int boot_info_init(uint32_t magic, paddr_t info,
                   struct boot_info *out) MUST_CHECK;

/* Adds [start, end) as TYPE to the ranges, joined with those of its type that
 * it touches. When that is one too many, RAM is lost and nothing else: a range
 * of RAM is left out, or two that are not RAM become one that covers all
 * between them, whichever loses less. What the kernel and boot's ranges need is
 * not lost as long as there is anything else: so those are to be added first.
 * Each loss counts in ranges_dropped. */
void boot_info_add_range(struct boot_info *info, uint64_t start, uint64_t end,
                         uint32_t type);

/* Logs a summary: loader, command line, memory, modules, display. */
void boot_info_describe(const struct boot_info *info);
