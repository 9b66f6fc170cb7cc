/* What the translators of the loaders' structures share. */
#pragma once

#include "boot/boot.h"

/* The end of a range of SIZE bytes from START, at most 2^64 - 1. */
static inline uint64_t range_end(uint64_t start, uint64_t size)
{
    return size <= UINT64_MAX - start ? start + size : UINT64_MAX;
}

/* Longer lists than this are not believed. */
#define BOOT_LIST_MAX 65536u

/* Copies SIZE bytes of physical memory at ADDRESS. Returns false, and copies
 * nothing, when they can't all be read. */
bool boot_read(paddr_t address, void *to, size_t size) MUST_CHECK;

/* Copies the string of at most LENGTH bytes at TEXT into TO, a buffer of SIZE
 * bytes; counts it in strings_cut when it did not fit. */
void boot_copy_text(struct boot_info *info, char *to, size_t size,
                    const char *text, size_t length);

/* The same for a zero-ended string in physical memory, which is recorded as
 * the loader's. All protocols mean "no string" by an ADDRESS of 0. */
void boot_copy_string(struct boot_info *info, char *to, size_t size,
                      paddr_t address);

/* Records a module and its memory. Returns the buffer of BOOT_NAME_MAX bytes
 * for its name, or NULL when the module has no place in the table. */
char *boot_add_module(struct boot_info *info, paddr_t start, paddr_t end);

/* RAM from the two numbers that every multiboot loader gives, in KiB: from
 * address 0, and from 1 MiB to the first hole. */
void boot_add_basic_memory(struct boot_info *info, uint32_t lower_kib,
                           uint32_t upper_kib);
