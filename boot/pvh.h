/* What a PVH loader leaves in memory (Xen's public/arch-x86/hvm/start_info.h).
 * An address of 0 means that there is nothing. */
#pragma once

#include "boot/boot_info.h"

struct pvh_info {
    uint32_t magic; /* BOOT_MAGIC_PVH */
    uint32_t version;
    uint32_t flags;
    uint32_t module_count;
    uint64_t modules;
    uint64_t command_line;
    uint64_t rsdp;
} PACKED;

static_assert(sizeof(struct pvh_info) == 40, "PVH");

/* Follows struct pvh_info from version 1 on. */
struct pvh_mmap {
    uint64_t entries;
    uint32_t entry_count;
    uint32_t reserved;
} PACKED;

static_assert(sizeof(struct pvh_mmap) == 16, "PVH");

struct pvh_mmap_entry {
    uint64_t start;
    uint64_t size;
    uint32_t type; /* as the firmware's */
    uint32_t reserved;
} PACKED;

static_assert(sizeof(struct pvh_mmap_entry) == 24, "PVH");

struct pvh_module {
    uint64_t start;
    uint64_t size;
    uint64_t command_line;
    uint64_t reserved;
} PACKED;

static_assert(sizeof(struct pvh_module) == 32, "PVH");

/* Adds what the structure at physical address ADDRESS says to *INFO, which is
 * empty. Returns 0, -EFAULT when it can't be read, or -EINVAL when it is not
 * PVH's. */
int pvh_translate(paddr_t address, struct boot_info *info) MUST_CHECK;
