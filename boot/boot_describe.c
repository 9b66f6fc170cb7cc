/* What the log says about boot_info. */
#include "boot/boot.h"
#include "kernel/lib.h"

static const char *type_name(uint32_t type)
{
    switch (type) {
    case MEMORY_RAM:
        return "RAM";
    case MEMORY_ACPI:
        return "ACPI tables";
    case MEMORY_NVS:
        return "ACPI NVS";
    case MEMORY_BAD:
        return "bad";
    case MEMORY_KERNEL:
        return "kernel";
    case MEMORY_MODULE:
        return "module";
    case MEMORY_LOADER:
        return "loader's data";
    default:
        return "reserved";
    }
}

static void describe_memory(const struct boot_info *info)
{
    uint64_t ram = 0;

    for (size_t i = 0; i < info->range_count; i++) {
        const struct memory_range *range = &info->ranges[i];
        log_debug("boot: [0x%012llx, 0x%012llx) %s, type 0x%x",
                  (unsigned long long)range->start,
                  (unsigned long long)range->end, type_name(range->type),
                  range->type);
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
