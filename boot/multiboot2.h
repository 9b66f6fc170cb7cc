/* What a multiboot 2 loader leaves in memory: one block of tags
 * (Multiboot 2.0, 3.6). */
#pragma once

#include "boot/boot_framebuffer.h"

#define MULTIBOOT2_TAG_ALIGN 8

enum multiboot2_tag_type {
    MULTIBOOT2_END = 0,
    MULTIBOOT2_COMMAND_LINE = 1,
    MULTIBOOT2_LOADER_NAME = 2,
    MULTIBOOT2_MODULE = 3,
    MULTIBOOT2_BASIC_MEMORY = 4,
    MULTIBOOT2_MMAP = 6,
    MULTIBOOT2_FRAMEBUFFER = 8,
    MULTIBOOT2_EFI_32 = 11,
    MULTIBOOT2_EFI_64 = 12,
    MULTIBOOT2_RSDP_OLD = 14,
    MULTIBOOT2_RSDP_NEW = 15,
    MULTIBOOT2_EFI_MMAP = 17,
};

/* The start of the block. */
struct multiboot2_info {
    uint32_t size; /* of the whole block */
    uint32_t reserved;
} PACKED;

static_assert(sizeof(struct multiboot2_info) == 8, "multiboot 2");

/* The start of each tag; its contents follow. */
struct multiboot2_tag {
    uint32_t type;
    uint32_t size; /* with this */
} PACKED;

static_assert(sizeof(struct multiboot2_tag) == 8, "multiboot 2");

struct multiboot2_module {
    uint32_t start;
    uint32_t end; /* then the command line */
} PACKED;

struct multiboot2_basic_memory {
    uint32_t lower_kib;
    uint32_t upper_kib;
} PACKED;

/* The start of both lists of memory; the entries follow. */
struct multiboot2_mmap {
    uint32_t entry_size;
    uint32_t version;
} PACKED;

struct multiboot2_mmap_entry {
    uint64_t start;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
} PACKED;

static_assert(sizeof(struct multiboot2_mmap_entry) == 24, "multiboot 2");

struct multiboot2_framebuffer {
    struct multiboot_framebuffer common;
    uint16_t reserved; /* then the channels, when the type is RGB */
} PACKED;

static_assert(sizeof(struct multiboot2_framebuffer) == 24, "multiboot 2");

/* UEFI 2.10, 7.2.3 */
struct efi_memory_descriptor {
    uint32_t type;
    uint32_t reserved;
    uint64_t start;
    uint64_t virtual_start;
    uint64_t pages; /* of 4 KiB */
    uint64_t attributes;
} PACKED;

static_assert(sizeof(struct efi_memory_descriptor) == 40, "UEFI");

enum efi_memory_type {
    EFI_LOADER_CODE = 1,
    EFI_LOADER_DATA = 2,
    EFI_BOOT_SERVICES_CODE = 3,
    EFI_BOOT_SERVICES_DATA = 4,
    EFI_CONVENTIONAL = 7,
    EFI_UNUSABLE = 8,
    EFI_ACPI_RECLAIM = 9,
    EFI_ACPI_NVS = 10,
};

/* Adds what the block at physical address ADDRESS says to *INFO, which is
 * empty. Returns 0, or -EFAULT when it can't be read. */
int multiboot2_translate(paddr_t address, struct boot_info *info) MUST_CHECK;
