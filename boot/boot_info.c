/* boot_info: which translator, and what they share. */
#include "boot/boot_info_priv.h"
#include "boot/multiboot1.h"
#include "boot/multiboot2.h"
#include "boot/pvh.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

bool boot_read(paddr_t address, void *to, size_t size)
{
    const void *from = boot_memory(address, size);

    if (from == NULL) {
        return false;
    }
    memcpy(to, from, size);
    return true;
}

void boot_copy_text(struct boot_info *info, char *to, size_t size,
                    const char *text, size_t length)
{
    size_t text_length = strnlen(text, length);
    size_t copied = MIN(text_length, size - 1);

    memcpy(to, text, copied);
    to[copied] = '\0';
    info->strings_cut += copied < text_length;
}

void boot_copy_string(struct boot_info *info, char *to, size_t size,
                      paddr_t address)
{
    size_t length = 0;
    char byte = '\0';

    if (address == 0) {
        return;
    }
    while (boot_read(address + length, &byte, sizeof(byte)) && byte != '\0') {
        if (length == size - 1) {
            info->strings_cut++;
            break;
        }
        to[length] = byte;
        length++;
    }
    to[length] = '\0';
    boot_info_add_range(info, address, range_end(address, length + 1),
                        MEMORY_LOADER);
}

char *boot_add_module(struct boot_info *info, paddr_t start, paddr_t end)
{
    boot_info_add_range(info, start, end, MEMORY_MODULE);
    if (info->module_count == BOOT_MODULES_MAX) {
        info->modules_dropped++;
        return NULL;
    }
    struct boot_module *module = &info->modules[info->module_count];
    info->module_count++;
    module->start = start;
    module->end = MAX(start, end);
    return module->name;
}

void boot_add_basic_memory(struct boot_info *info, uint32_t lower_kib,
                           uint32_t upper_kib)
{
    boot_info_add_range(info, 0, lower_kib * KIB, MEMORY_RAM);
    boot_info_add_range(info, MIB, MIB + upper_kib * KIB, MEMORY_RAM);
}

static int translate(uint32_t magic, paddr_t address, struct boot_info *info)
{
    switch (magic) {
    case BOOT_MAGIC_MULTIBOOT1:
        string_copy(info->protocol, "multiboot 1", sizeof(info->protocol));
        return multiboot1_translate(address, info);
    case BOOT_MAGIC_MULTIBOOT2:
        string_copy(info->protocol, "multiboot 2", sizeof(info->protocol));
        return multiboot2_translate(address, info);
    case BOOT_MAGIC_PVH:
        string_copy(info->protocol, "PVH", sizeof(info->protocol));
        return pvh_translate(address, info);
    default:
        return -EINVAL;
    }
}

int boot_info_init(uint32_t magic, paddr_t info, struct boot_info *out)
{
    memset(out, 0, sizeof(*out));
    out->rsdp_address = PADDR_NONE;
    return translate(magic, info, out);
}
