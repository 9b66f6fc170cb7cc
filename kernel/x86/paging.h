/* Bits of page table entries (SDM vol. 3A, 4.5.4 and 4.6, 4.9.2). */
#pragma once

#include "kernel/lib.h"

#define PTE_PRESENT   BIT(0)
#define PTE_WRITE     BIT(1)
#define PTE_USER      BIT(2)
#define PTE_PWT       BIT(3)
#define PTE_PCD       BIT(4)
#define PTE_ACCESSED  BIT(5)
#define PTE_DIRTY     BIT(6)
#define PTE_LARGE     BIT(7) /* in a pdpt or pd: a leaf of 1 GiB or 2 MiB */
#define PTE_PAT       BIT(7) /* in a pt */
#define PTE_GLOBAL    BIT(8)
#define PTE_NX        BIT(63)

#define PTE_PAT_LARGE BIT(12) /* in a pdpt or pd leaf */

#define PTE_ADDRESS   0x000ffffffffff000ull

/* Levels: 1 is a pt (leaves of 4 KiB), 2 a pd, 3 a pdpt, 4 the pml4. */
#define PT_LEVELS     4u
#define PT_ENTRIES    512u

/* Bytes of address space behind one entry of a table of LEVEL, as a power of
 * two and as such. */
static inline unsigned pt_entry_shift(unsigned level)
{
    return PAGE_SHIFT + 9 * (level - 1);
}

static inline uint64_t pt_entry_span(unsigned level)
{
    return PAGE_SIZE << (9 * (level - 1));
}

static inline unsigned pt_index(uint64_t address, unsigned level)
{
    return (unsigned)(address >> pt_entry_shift(level)) % PT_ENTRIES;
}

/* Addresses that a table tree can tell apart: the bits above the index of its
 * root are copies of the one below them (SDM vol. 1, 3.3.7.1). All others
 * would be taken for one of these. */
static inline bool pt_is_canonical(uint64_t address)
{
    const unsigned unused = 64 - (PAGE_SHIFT + 9 * PT_LEVELS);

    return (uint64_t)((int64_t)(address << unused) >> unused) == address;
}

/* The page attribute table as Brix sets it (SDM vol. 3A, 12.12): the first
 * four as after reset, then write combining, which framebuffers want. A pt
 * entry with PTE_PAT alone selects number 4. */
#define PAT_VALUE   0x0007040100070406ull

/* The bits of the error code of #PF (SDM vol. 3A, 4.7). */
#define PF_PRESENT  BIT(0) /* the page was there, the rights were not */
#define PF_WRITE    BIT(1)
#define PF_USER     BIT(2)
#define PF_RESERVED BIT(3)
#define PF_FETCH    BIT(4)
