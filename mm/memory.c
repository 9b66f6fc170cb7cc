/* All of memory, laid out once at boot. */
#include "mm/memory.h"

#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"
#include "mm/memory_map.h"
#include "mm/page_table.h"
#include "mm/settings.h"

/* Firmware writes into the first 64 KiB after boot on real machines, whatever
 * its map says: Linux keeps away from them too (X86_RESERVE_LOW). */
#define LOW_RESERVED (64 * KIB)

/* linker.ld */
extern char image_start[], image_end[];

static uint64_t total;

uint64_t memory_total(void)
{
    return total;
}

uint64_t memory_free(void)
{
    size_t spares = page_table_spares() +
                    kernel_stack_spares() * (KERNEL_STACK_SIZE / FRAME_SIZE);

    return byte_map_free_count() * LARGE_PAGE_SIZE +
           (frame_free_count() + spares) * FRAME_SIZE;
}

struct memory_range boot_image(void)
{
    return (struct memory_range){
        .start = (uintptr_t)image_start,
        .end = align_up((uintptr_t)image_end, FRAME_SIZE),
        .type = MEMORY_KERNEL,
    };
}

bool memory_is_ram(const struct boot_info *info, paddr_t start, paddr_t end)
{
    struct memory_piece piece;
    return memory_map_next_ram(info->ranges, info->range_count,
                               align_down(start, FRAME_SIZE), &piece) &&
           piece.start <= start && end <= piece.end;
}

/* The loader put the image where it was linked: is that RAM, all of it? */
static void check_image(const struct boot_info *info,
                        const struct memory_range *image)
{
    if (!memory_is_ram(info, image->start, image->end)) {
        panic("the firmware says that the kernel's own place, 0x%llx to "
              "0x%llx, is not all RAM",
              (unsigned long long)image->start, (unsigned long long)image->end);
    }
}

static void init_byte_map(struct boot_info *info)
{
    paddr_t top = memory_map_top(info->ranges, info->range_count);
    size_t size = byte_map_metadata_size(top);
    paddr_t metadata = memory_map_find(info->ranges, info->range_count, size,
                                       FRAME_SIZE, DIRECT_MAP_SIZE);
    if (metadata == PADDR_NONE) {
        panic("too little memory: no %llu KiB in one piece for the byte map",
              (unsigned long long)(size / KIB));
    }
    memory_map_take(info, metadata, metadata + size);
    byte_map_init(info->ranges, info->range_count, top, direct_map(metadata));
    log_info("memory: byte map of %llu large pages, %llu KiB at 0x%llx",
             (unsigned long long)byte_map_page_count(),
             (unsigned long long)(size / KIB), (unsigned long long)metadata);
}

void memory_init(struct boot_info *info)
{
    struct memory_range image = boot_image();

    total = memory_map_ram_size(info->ranges, info->range_count);
    memory_settings.ram_pages = total >> PAGE_SHIFT;
    check_image(info, &image);
    memory_map_take(info, 0, LOW_RESERVED);
    memory_map_take(info, image.start, image.end);

    kernel_map_init(info);
    init_byte_map(info);
    kernel_map_finish(info);
    log_info("memory: %llu KiB of RAM, %llu KiB free",
             (unsigned long long)(total / KIB),
             (unsigned long long)(memory_free() / KIB));
}
