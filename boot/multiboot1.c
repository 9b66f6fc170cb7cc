/* From multiboot 1 to boot_info. The structure is a list of pointers: each of
 * them is checked by reading through boot_memory(). */
#include "boot/multiboot1.h"
#include "boot/boot_info_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* The SIZE field of the shortest entry. */
#define MMAP_ENTRY_SIZE_MIN                                                    \
    (sizeof(struct multiboot1_mmap_entry) - sizeof(uint32_t))

static void translate_mmap(const struct multiboot1_info *from,
                           struct boot_info *info)
{
    paddr_t at = from->mmap;
    paddr_t end = at + from->mmap_size;

    if (from->mmap_size / MMAP_ENTRY_SIZE_MIN > BOOT_LIST_MAX) {
        return;
    }
    boot_info_add_range(info, at, end, MEMORY_LOADER);
    while (at + sizeof(struct multiboot1_mmap_entry) <= end) {
        struct multiboot1_mmap_entry entry;
        if (!boot_read(at, &entry, sizeof(entry)) ||
            entry.size < MMAP_ENTRY_SIZE_MIN) {
            return;
        }
        boot_info_add_range(info, entry.start,
                            range_end(entry.start, entry.length), entry.type);
        at += sizeof(entry.size) + entry.size;
    }
}

static bool has_ram(const struct boot_info *info)
{
    for (size_t i = 0; i < info->range_count; i++) {
        if (info->ranges[i].type == MEMORY_RAM) {
            return true;
        }
    }
    return false;
}

static void translate_memory(const struct multiboot1_info *from,
                             struct boot_info *info)
{
    if ((from->flags & MULTIBOOT1_MMAP) != 0) {
        translate_mmap(from, info);
    }
    if (!has_ram(info) && (from->flags & MULTIBOOT1_MEMORY) != 0) {
        boot_add_basic_memory(info, from->mem_lower, from->mem_upper);
    }
}

static void translate_modules(const struct multiboot1_info *from,
                              struct boot_info *info)
{
    struct multiboot1_module module;
    paddr_t at = from->modules;

    if (from->module_count > BOOT_LIST_MAX) {
        return;
    }
    boot_info_add_range(info, at, at + from->module_count * sizeof(module),
                        MEMORY_LOADER);
    for (uint32_t i = 0; i < from->module_count; i++) {
        if (!boot_read(at + i * sizeof(module), &module, sizeof(module))) {
            return;
        }
        char *name = boot_add_module(info, module.start, module.end);
        if (name != NULL) {
            boot_copy_string(info, name, BOOT_NAME_MAX, module.command_line);
        }
    }
}

/* Removes the first word of LINE and the blanks behind it. */
static void remove_first_word(char *line)
{
    size_t size = strlen(line);
    size_t skip = 0;

    while (line[skip] != '\0' && line[skip] != ' ') {
        skip++;
    }
    while (line[skip] == ' ') {
        skip++;
    }
    memmove(line, line + skip, size - skip + 1);
}

/* QEMU puts the kernel's file name before the options (hw/i386/multiboot.c);
 * GRUB 2 does not. */
static void translate_strings(const struct multiboot1_info *from,
                              struct boot_info *info)
{
    if ((from->flags & MULTIBOOT1_LOADER_NAME) != 0) {
        boot_copy_string(info, info->loader, sizeof(info->loader),
                         from->loader_name);
    }
    if ((from->flags & MULTIBOOT1_COMMAND_LINE) != 0) {
        boot_copy_string(info, info->command_line, sizeof(info->command_line),
                         from->command_line);
    }
    if (strcmp(info->loader, "qemu") == 0) {
        remove_first_word(info->command_line);
    }
}

/* A loader that says nothing about the screen has left it as the BIOS does;
 * where there is no VGA, writing to its memory does no harm. */
static void translate_framebuffer(const struct multiboot1_info *from,
                                  paddr_t address, struct boot_info *info)
{
    struct multiboot1_framebuffer framebuffer;
    paddr_t at = address + MULTIBOOT1_FRAMEBUFFER_OFFSET;

    if ((from->flags & MULTIBOOT1_FRAMEBUFFER) == 0 ||
        !boot_read(at, &framebuffer, sizeof(framebuffer))) {
        info->framebuffer = boot_framebuffer_bios();
        return;
    }
    boot_info_add_range(info, at, at + sizeof(framebuffer), MEMORY_LOADER);
    info->framebuffer =
        boot_framebuffer_multiboot(&framebuffer.common, &framebuffer.channels);
}

int multiboot1_translate(paddr_t address, struct boot_info *info)
{
    struct multiboot1_info from;

    if (!boot_read(address, &from, sizeof(from))) {
        return -EFAULT;
    }
    boot_info_add_range(info, address, address + MULTIBOOT1_FRAMEBUFFER_OFFSET,
                        MEMORY_LOADER);
    translate_strings(&from, info);
    if ((from.flags & MULTIBOOT1_MODULES) != 0) {
        translate_modules(&from, info);
    }
    translate_framebuffer(&from, address, info);
    translate_memory(&from, info);
    return 0;
}
