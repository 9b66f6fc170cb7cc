/* The memory map that gdb is told of: where it may look on its own. What is not
 * in it are holes, and device memory, where a look can change something. */
#include "kernel/gdb/machine.h"
#include "mm/layout.h"
#include "mm/memory_map.h"

static const struct boot_info *boot;

void machine_set_boot_info(const struct boot_info *info)
{
    boot = info;
}

const struct boot_info *machine_boot_info(void)
{
    return boot;
}

static void put_memory(struct gdb_document *document, uint64_t start,
                       uint64_t size)
{
    gdb_document_print(
        document, "<memory type=\"ram\" start=\"0x%llx\" length=\"0x%llx\"/>",
        (unsigned long long)start, (unsigned long long)size);
}

void target_memory_map(struct gdb_document *document)
{
    struct memory_piece piece;
    paddr_t from = 0;

    put_memory(document, 0, USER_END_64);
    while (memory_map_next_ram(boot->ranges, boot->range_count, from, &piece)) {
        put_memory(document, DIRECT_MAP_BASE + piece.start,
                   piece.end - piece.start);
        from = piece.end;
    }
    put_memory(document, KERNEL_STACKS_BASE, KERNEL_STACKS_SIZE);
    put_memory(document, KERNEL_BASE, -KERNEL_BASE - PAGE_SIZE);
}
