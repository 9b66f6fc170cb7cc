/* boot_info: which translator, what they share, and what the log says. */
#include "boot/boot_info_priv.h"
#include "boot/multiboot1.h"
#include "boot/multiboot2.h"
#include "boot/pvh.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/lib/string.h"

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

static void describe_memory(const struct boot_info *info)
{
    uint64_t ram = 0;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *range = &info->ranges[i];
        log_debug("boot: [0x%012llx, 0x%012llx) type 0x%x",
                  (unsigned long long)range->start,
                  (unsigned long long)range->end, range->type);
        ram += range->type == MEMORY_RAM ? range->end - range->start : 0;
    }
    log_info("boot: %zu memory ranges, %llu KiB in ranges of RAM",
             info->range_count, (unsigned long long)(ram / KIB));
}

static void describe_modules(const struct boot_info *info)
{
    for (size_t i = 0; i < info->module_count; i++) {
        const struct boot_module *module = &info->modules[i];
        log_info("boot: module \"%s\" at 0x%llx, %llu bytes", module->name,
                 (unsigned long long)module->start,
                 (unsigned long long)(module->end - module->start));
    }
}

static void describe_framebuffer(const struct boot_framebuffer *framebuffer)
{
    static const char *const names[] = {
        [BOOT_DISPLAY_NONE] = "none",
        [BOOT_DISPLAY_TEXT] = "text",
        [BOOT_DISPLAY_RGB] = "pixels",
    };

    log_info("boot: screen: %s, %ux%u, %u bits, at 0x%llx",
             names[framebuffer->display], framebuffer->width,
             framebuffer->height, framebuffer->bits_per_pixel,
             (unsigned long long)framebuffer->address);
}

static void describe_losses(const struct boot_info *info)
{
    if (info->ranges_dropped > 0) {
        log_warn("boot: %u memory ranges too many: some RAM is not used",
                 info->ranges_dropped);
    }
    if (info->modules_dropped > 0) {
        log_warn("boot: %u modules too many, left out", info->modules_dropped);
    }
    if (info->strings_cut > 0) {
        log_warn("boot: %u strings too long, cut off", info->strings_cut);
    }
}

void boot_info_describe(const struct boot_info *info)
{
    log_info("boot: %s, loader \"%s\"", info->protocol, info->loader);
    log_info("boot: command line \"%s\"", info->command_line);
    describe_memory(info);
    describe_modules(info);
    describe_framebuffer(&info->framebuffer);
    describe_losses(info);
}
