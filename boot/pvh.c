/* From PVH to boot_info. PVH promises no screen. */
#include "boot/pvh.h"
#include "boot/boot_info_priv.h"
#include "kernel/abi/errno.h"

static void translate_mmap(struct boot_info *info, const struct pvh_mmap *mmap)
{
    struct pvh_mmap_entry entry;
    size_t size = mmap->entry_count * sizeof(entry);

    if (mmap->entry_count > BOOT_LIST_MAX) {
        return;
    }
    boot_info_add_range(info, mmap->entries, range_end(mmap->entries, size),
                        MEMORY_LOADER);
    for (uint32_t i = 0; i < mmap->entry_count; i++) {
        if (!boot_read(mmap->entries + i * sizeof(entry), &entry,
                       sizeof(entry))) {
            return;
        }
        boot_info_add_range(info, entry.start,
                            range_end(entry.start, entry.size), entry.type);
    }
}

static void translate_modules(struct boot_info *info,
                              const struct pvh_info *from)
{
    struct pvh_module module;
    size_t size = from->module_count * sizeof(module);

    if (from->module_count > BOOT_LIST_MAX) {
        return;
    }
    boot_info_add_range(info, from->modules, range_end(from->modules, size),
                        MEMORY_LOADER);
    for (uint32_t i = 0; i < from->module_count; i++) {
        if (!boot_read(from->modules + i * sizeof(module), &module,
                       sizeof(module))) {
            return;
        }
        char *name = boot_add_module(info, module.start,
                                     range_end(module.start, module.size));
        if (name != NULL) {
            boot_copy_string(info, name, BOOT_NAME_MAX, module.command_line);
        }
    }
}

int pvh_translate(paddr_t address, struct boot_info *info)
{
    struct pvh_info from;
    struct pvh_mmap mmap;

    if (!boot_read(address, &from, sizeof(from))) {
        return -EFAULT;
    }
    if (from.magic != BOOT_MAGIC_PVH) {
        return -EINVAL;
    }
    boot_info_add_range(info, address, range_end(address, sizeof(from)),
                        MEMORY_LOADER);
    translate_modules(info, &from);
    boot_copy_string(info, info->command_line, sizeof(info->command_line),
                     from.command_line);
    if (from.rsdp != 0) {
        info->rsdp_address = from.rsdp;
    }
    if (from.version >= 1 &&
        boot_read(address + sizeof(from), &mmap, sizeof(mmap))) {
        boot_info_add_range(info, address + sizeof(from),
                            range_end(address, sizeof(from) + sizeof(mmap)),
                            MEMORY_LOADER);
        translate_mmap(info, &mmap);
    }
    return 0;
}
