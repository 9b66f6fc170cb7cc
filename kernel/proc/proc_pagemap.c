/* /proc/PID/pagemap: where pages are, as Linux 6.1 shows it
 * (fs/proc/task_mmu.c); and pagewalk, how the CPU finds them. */
#include "kernel/abi/pagemap.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "mm/aspace_page.h"
#include "mm/page_table.h"

static_assert(PAGEWALK_ENTRIES == PT_LEVELS);

/* Who is not privileged learns no physical addresses. */
bool proc_may_see_frames(void)
{
    return credentials_are_privileged(&process_current()->credentials);
}

static uint64_t word_of(struct aspace *aspace, uaddr_t at)
{
    struct aspace_page page = aspace_page_at(aspace, at);
    uint64_t word = page.is_in_area ? PAGEMAP_SOFT_DIRTY : 0;

    if (page.frame != PADDR_NONE) {
        word |= PAGEMAP_PRESENT;
        word |= page.is_of_object ? PAGEMAP_FILE : 0;
        word |= page.is_exclusive ? PAGEMAP_EXCLUSIVE : 0;
        word |= proc_may_see_frames() ? page.frame >> PAGE_SHIFT : 0;
    }
    return word;
}

/* How many of the UNITs of SIZE bytes from OFFSET on are of pages. */
static size_t count_units(const struct aspace *aspace, size_t offset,
                          size_t size, size_t unit)
{
    uint64_t first = offset / unit;
    uint64_t end = aspace->end >> PAGE_SHIFT;

    return first < end ? MIN(size / unit, end - first) : 0;
}

size_t proc_pagemap(const struct process *process, size_t offset, void *to,
                    size_t size)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        return 0;
    }
    size_t count = count_units(aspace, offset, size, PAGEMAP_UNIT);
    uaddr_t at = offset / PAGEMAP_UNIT << PAGE_SHIFT;

    for (size_t i = 0; i < count; i++, at += PAGE_SIZE) {
        uint64_t word = word_of(aspace, at);
        memcpy((char *)to + i * PAGEMAP_UNIT, &word, sizeof(word));
    }
    return count * PAGEMAP_UNIT;
}

size_t proc_pagewalk(const struct process *process, size_t offset, void *to,
                     size_t size)
{
    struct aspace *aspace = process->aspace;
    if (aspace == NULL) {
        return 0;
    }
    size_t count = count_units(aspace, offset, size, PAGEWALK_UNIT);
    uaddr_t at = offset / PAGEWALK_UNIT << PAGE_SHIFT;
    uint64_t seen = proc_may_see_frames() ? UINT64_MAX : ~PTE_ADDRESS;

    for (size_t i = 0; i < count; i++, at += PAGE_SIZE) {
        uint64_t path[PT_LEVELS];
        page_table_path(aspace->root, at, path);
        for (unsigned level = 0; level < PT_LEVELS; level++) {
            path[level] &= seen;
        }
        memcpy((char *)to + i * PAGEWALK_UNIT, path, sizeof(path));
    }
    return count * PAGEWALK_UNIT;
}
