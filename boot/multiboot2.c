/* From multiboot 2 to boot_info. The block is one piece of memory: a tag is a
 * view of a part of it, and nothing is read outside its tag. */
#include "boot/multiboot2.h"
#include "boot/boot_info_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

/* Bytes of the block: a whole tag's contents, or what is left of them. */
struct view {
    const uint8_t *bytes;
    size_t size;
};

/* Moves SIZE bytes from the start of *VIEW into TO. Returns false when it has
 * not as many. */
static bool take(struct view *view, void *to, size_t size)
{
    if (view->size < size) {
        return false;
    }
    memcpy(to, view->bytes, size);
    view->bytes += size;
    view->size -= size;
    return true;
}

static void skip(struct view *view, size_t size)
{
    size_t step = MIN(size, view->size);

    view->bytes += step;
    view->size -= step;
}

/* Moves the next tag of *BLOCK into *TAG and *CONTENTS. Returns false at the
 * end, or where the tags make no sense any more. */
static bool next_tag(struct view *block, struct multiboot2_tag *tag,
                     struct view *contents)
{
    if (!take(block, tag, sizeof(*tag)) || tag->type == MULTIBOOT2_END ||
        tag->size < sizeof(*tag) || tag->size - sizeof(*tag) > block->size) {
        return false;
    }
    contents->bytes = block->bytes;
    contents->size = tag->size - sizeof(*tag);
    skip(block, align_up(tag->size, MULTIBOOT2_TAG_ALIGN) - sizeof(*tag));
    return true;
}

/* The contents of the first tag of TYPE in BLOCK. Returns false without one. */
static bool find_tag(struct view block, enum multiboot2_tag_type type,
                     struct view *contents)
{
    struct multiboot2_tag tag;

    while (next_tag(&block, &tag, contents)) {
        if (tag.type == type) {
            return true;
        }
    }
    return false;
}

static bool has_tag(struct view block, enum multiboot2_tag_type type)
{
    struct view contents;

    return find_tag(block, type, &contents);
}

static void translate_text(struct boot_info *info, char *to, size_t size,
                           struct view contents)
{
    boot_copy_text(info, to, size, (const char *)contents.bytes, contents.size);
}

static void translate_module(struct boot_info *info, struct view contents)
{
    struct multiboot2_module module;

    if (!take(&contents, &module, sizeof(module))) {
        return;
    }
    char *name = boot_add_module(info, module.start, module.end);
    if (name != NULL) {
        translate_text(info, name, BOOT_NAME_MAX, contents);
    }
}

/* Takes the start of a list of memory. Returns the size of an entry, of which
 * ENTRY_SIZE bytes count, or 0 when the list is not to be believed. */
static size_t take_list(struct view *contents, size_t entry_size)
{
    struct multiboot2_mmap list;

    if (!take(contents, &list, sizeof(list)) || list.entry_size < entry_size ||
        contents->size / list.entry_size > BOOT_LIST_MAX) {
        return 0;
    }
    return list.entry_size;
}

static void translate_mmap(struct boot_info *info, struct view contents)
{
    struct multiboot2_mmap_entry entry;
    size_t step = take_list(&contents, sizeof(entry));

    while (step != 0 && take(&contents, &entry, sizeof(entry))) {
        boot_info_add_range(info, entry.start,
                            range_end(entry.start, entry.length), entry.type);
        skip(&contents, step - sizeof(entry));
    }
}

/* What the loader and the boot services used is free once they have ended. */
static uint32_t efi_type(uint32_t type)
{
    switch (type) {
    case EFI_LOADER_CODE:
    case EFI_LOADER_DATA:
    case EFI_BOOT_SERVICES_CODE:
    case EFI_BOOT_SERVICES_DATA:
    case EFI_CONVENTIONAL:
        return MEMORY_RAM;
    case EFI_UNUSABLE:
        return MEMORY_BAD;
    case EFI_ACPI_RECLAIM:
        return MEMORY_ACPI;
    case EFI_ACPI_NVS:
        return MEMORY_NVS;
    default:
        return MEMORY_RESERVED;
    }
}

static void translate_efi_mmap(struct boot_info *info, struct view contents)
{
    struct efi_memory_descriptor entry;
    size_t step = take_list(&contents, sizeof(entry));

    while (step != 0 && take(&contents, &entry, sizeof(entry))) {
        uint64_t pages = MIN(entry.pages, UINT64_MAX >> PAGE_SHIFT);
        boot_info_add_range(info, entry.start,
                            range_end(entry.start, pages << PAGE_SHIFT),
                            efi_type(entry.type));
        skip(&contents, step - sizeof(entry));
    }
}

static void translate_mmaps(struct boot_info *info, struct view block)
{
    struct multiboot2_tag tag;
    struct view contents;

    while (next_tag(&block, &tag, &contents)) {
        if (tag.type == MULTIBOOT2_MMAP) {
            translate_mmap(info, contents);
        }
    }
}

/* The best source that there is: the map, else EFI's map, else two numbers. */
static void translate_memory(struct boot_info *info, struct view block)
{
    struct view contents;
    struct multiboot2_basic_memory basic;

    if (has_tag(block, MULTIBOOT2_MMAP)) {
        translate_mmaps(info, block);
        return;
    }
    if (find_tag(block, MULTIBOOT2_EFI_MMAP, &contents)) {
        translate_efi_mmap(info, contents);
        return;
    }
    if (find_tag(block, MULTIBOOT2_BASIC_MEMORY, &contents) &&
        take(&contents, &basic, sizeof(basic))) {
        boot_add_basic_memory(info, basic.lower_kib, basic.upper_kib);
    }
}

/* Without a tag there is a text screen under BIOS, and none under UEFI. */
static void translate_framebuffer(struct boot_info *info, struct view block)
{
    struct multiboot2_framebuffer from;
    struct multiboot_channels channels = {0};
    struct view contents;

    if (find_tag(block, MULTIBOOT2_FRAMEBUFFER, &contents) &&
        take(&contents, &from, sizeof(from))) {
        if (!take(&contents, &channels, sizeof(channels))) {
            channels = (struct multiboot_channels){0};
        }
        info->framebuffer = boot_framebuffer_multiboot(&from.common, &channels);
        return;
    }
    if (!has_tag(block, MULTIBOOT2_EFI_32) &&
        !has_tag(block, MULTIBOOT2_EFI_64) &&
        !has_tag(block, MULTIBOOT2_EFI_MMAP)) {
        info->framebuffer = boot_framebuffer_bios();
    }
}

/* The newer RSDP is longer, and wins. */
static void translate_rsdp(struct boot_info *info, struct view contents)
{
    size_t size = MIN(contents.size, (size_t)BOOT_RSDP_MAX);

    if (size > info->rsdp_size) {
        memcpy(info->rsdp, contents.bytes, size);
        info->rsdp_size = size;
    }
}

static void translate_tag(struct boot_info *info, uint32_t type,
                          struct view contents)
{
    switch (type) {
    case MULTIBOOT2_COMMAND_LINE:
        translate_text(info, info->command_line, BOOT_COMMAND_LINE_MAX,
                       contents);
        break;
    case MULTIBOOT2_LOADER_NAME:
        translate_text(info, info->loader, BOOT_NAME_MAX, contents);
        break;
    case MULTIBOOT2_MODULE:
        translate_module(info, contents);
        break;
    case MULTIBOOT2_RSDP_OLD:
    case MULTIBOOT2_RSDP_NEW:
        translate_rsdp(info, contents);
        break;
    default: /* looked for by itself, or of no use */
        break;
    }
}

int multiboot2_translate(paddr_t address, struct boot_info *info)
{
    struct multiboot2_info from;
    struct multiboot2_tag tag;
    struct view contents;

    if (!boot_read(address, &from, sizeof(from))) {
        return -EFAULT;
    }
    const void *bytes = boot_memory(address, from.size);
    if (bytes == NULL || from.size < sizeof(from)) {
        return -EFAULT;
    }
    boot_info_add_range(info, address, address + from.size, MEMORY_LOADER);
    struct view block = {bytes, from.size};
    skip(&block, sizeof(from));
    for (struct view rest = block; next_tag(&rest, &tag, &contents);) {
        translate_tag(info, tag.type, contents);
    }
    translate_memory(info, block);
    translate_framebuffer(info, block);
    return 0;
}
