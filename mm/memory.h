/* All of memory: from boot's ranges to direct map, byte map and frames. */
#pragma once

#include "boot/boot_info.h"

/* Lays out memory. Panics with a clear reason on a machine that has next to
 * none. INFO's ranges get what the kernel takes for itself added. */
void memory_init(struct boot_info *info);

/* Is all of [start, end) RAM, and so in the direct map? */
bool memory_is_ram(const struct boot_info *info, paddr_t start, paddr_t end);

/* Bytes of RAM, and bytes of it that are free. */
uint64_t memory_total(void);
uint64_t memory_free(void);
