/* What the files of page tables share: the one walk. */
#pragma once

#include "kernel/lib.h"
#include "mm/page_table.h"

/* Rights are decided by the leaves, so entries above them allow everything. */
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE)

/* Does ENTRY, of a table of level 2 or more, lead to another table? Else it is
 * empty or a leaf, which need not be present. */
static inline bool is_table(uint64_t entry)
{
    return (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}

static inline uint64_t *table_of(uint64_t entry)
{
    return direct_map(entry & PTE_ADDRESS);
}

static inline void set_leaf(struct page_table_leaf *leaf, const uint64_t *entry,
                            unsigned level, uint64_t address)
{
    leaf->entry = entry;
    leaf->level = level;
    leaf->start = align_down(address, pt_entry_span(level));
}

/* The walk: from the root down to LEVEL, or to what is no table above it.
 * Inlined with a LEVEL that is known: all of memory goes through here. Returns
 * the entry that leads to LEAF's table. */
static ALWAYS_INLINE uint64_t *walk(paddr_t root, uint64_t address,
                                    unsigned level,
                                    struct page_table_leaf *leaf)
{
    unsigned at = PT_LEVELS;
    uint64_t *entry = (uint64_t *)direct_map(root) + pt_index(address, at);
    uint64_t *above = NULL;

    ASSERT(pt_is_canonical(address));

#pragma GCC unroll 4
    while (at > level) {
        if (!is_table(*entry)) {
            break;
        }
        at--;
        above = entry;
        entry = table_of(*entry) + pt_index(address, at);
    }
    set_leaf(leaf, entry, at, address);
    return above;
}

#define LINE_ENTRIES 8 /* of a table, in a line of the CPU's cache */

/* How many entries of a table from ENTRY on, which is empty, one look shows to
 * be so: a whole line, or it alone. Most tables are sparse. */
static inline size_t empty_run(const uint64_t *entry)
{
    bool is_line = is_aligned((uintptr_t)entry, LINE_ENTRIES * sizeof(*entry));

    return is_line && (entry[1] | entry[2] | entry[3] | entry[4] | entry[5] |
                       entry[6] | entry[7]) == 0
               ? LINE_ENTRIES
               : 1;
}

/* Forgets which pt was reached last: it may not be its tree's own any more. */
void page_table_forget(void);
