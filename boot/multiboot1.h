/* What a multiboot 1 loader leaves in memory (Multiboot 0.6.96, 3.3). */
#pragma once

#include "boot/boot_framebuffer.h"

#define MULTIBOOT1_MEMORY       (1u << 0) /* mem_lower and mem_upper count */
#define MULTIBOOT1_COMMAND_LINE (1u << 2)
#define MULTIBOOT1_MODULES      (1u << 3)
#define MULTIBOOT1_MMAP         (1u << 6)
#define MULTIBOOT1_LOADER_NAME  (1u << 9)
#define MULTIBOOT1_FRAMEBUFFER  (1u << 12)

struct multiboot1_info {
    uint32_t flags; /* which of the fields below count */
    uint32_t mem_lower;
    uint32_t mem_upper;
    uint32_t boot_device;
    uint32_t command_line;
    uint32_t module_count;
    uint32_t modules;
    uint32_t symbols[4];
    uint32_t mmap_size;
    uint32_t mmap;
    uint32_t drives_size;
    uint32_t drives;
    uint32_t config_table;
    uint32_t loader_name;
} PACKED;

static_assert(offsetof(struct multiboot1_info, mmap_size) == 44, "multiboot 1");
static_assert(sizeof(struct multiboot1_info) == 68, "multiboot 1");

/* This far behind the start of struct multiboot1_info; QEMU's ends here. */
#define MULTIBOOT1_FRAMEBUFFER_OFFSET 88

struct multiboot1_framebuffer {
    struct multiboot_framebuffer common;
    struct multiboot_channels channels;
} PACKED;

struct multiboot1_module {
    uint32_t start;
    uint32_t end;
    uint32_t command_line;
    uint32_t reserved;
} PACKED;

static_assert(sizeof(struct multiboot1_module) == 16, "multiboot 1");

/* SIZE does not count itself, and may be larger than the rest of this. */
struct multiboot1_mmap_entry {
    uint32_t size;
    uint64_t start;
    uint64_t length;
    uint32_t type;
} PACKED;

static_assert(sizeof(struct multiboot1_mmap_entry) == 24, "multiboot 1");

/* Adds what the structure at physical address ADDRESS says to *INFO, which is
 * empty. Returns 0, or -EFAULT when it can't be read. */
int multiboot1_translate(paddr_t address, struct boot_info *info) MUST_CHECK;
