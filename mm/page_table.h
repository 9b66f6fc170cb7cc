/* Page tables: the one walk over their levels, and what is built on it.
 *
 * Each table of a program's half has a count of its entries that are not empty,
 * in the word of its frame (mm/frame_info.h). Only page_table_set and its kin
 * write entries there, so the count is right, and nobody looks through a table
 * in which nothing is left. The kernel's half, which is never looked through,
 * has no counts: page_table_kernel_entry.
 *
 * A pt may be shared by several trees (mm/page_table_share.c): then the entry
 * of the pd that leads to it has PTE_SHARED, and not PTE_WRITE. It is read as
 * any other, and never written: who wants to makes it the tree's own before.
 * page_table_entry and its kin do that; page_table_next_leaf, which only looks,
 * does not. No other tables are shared.
 *
 * A table tree is named by the physical address of its pml4, its root. Levels
 * are 4 (pml4) to 1 (pt); a leaf is an entry that maps memory: of level 1 a
 * page, of level 2 a large page, of level 3 a GiB.
 *
 * Addresses that a tree can't tell apart (pt_is_canonical) may not come here:
 * the walk asserts it. Whoever lets a number in from a program refuses those.
 *
 * Nothing here flushes the TLB: the caller knows who could have seen the old
 * entries. The caller holds the address space's lock.
 */
#pragma once

#include "kernel/x86.h"
#include "mm/frame_info.h"

/* Bits of a leaf that the CPU leaves to us (SDM vol. 3A, 4.5.4).
 *
 * BORROWED: the memory belongs to somebody else (the zero frame, or a shared
 * file's), and is not freed with the page. All other leaves own it.
 *
 * SHARED: the memory may have other users (mm/share.h), and what is private is
 * not writable: the first write is a fault, which gives a copy, or takes the
 * memory over if the other users have gone. */
#define PTE_BORROWED BIT(9)
#define PTE_SHARED   BIT(11)

struct page_table_leaf {
    const uint64_t *entry; /* written by page_table_set and its kin alone */
    unsigned level;
    uint64_t start; /* the first address that it maps */
};

static inline uint64_t page_table_leaf_end(const struct page_table_leaf *leaf)
{
    return leaf->start + pt_entry_span(leaf->level);
}

/* The physical address that a leaf maps. */
static inline paddr_t page_table_leaf_target(const struct page_table_leaf *leaf)
{
    uint64_t mask = PTE_ADDRESS & ~(pt_entry_span(leaf->level) - 1);
    return *leaf->entry & mask;
}

/* The word of a table: entries that are not empty, those of them that are not
 * BORROWED, and how many trees share it beyond the first. */
#define TABLE_USED       0x3ffu
#define TABLE_OWNED_UNIT BIT(10)
#define TABLE_EXTRA_UNIT BIT(21)

static inline uint32_t *page_table_word(const struct page_table_leaf *leaf)
{
    return frame_info(direct_map_address(leaf->entry));
}

/* What ENTRY counts in its table's word. */
static inline uint32_t page_table_weight(uint64_t entry)
{
    uint32_t is_used = entry != 0;
    uint32_t is_owned = is_used & ((entry & PTE_BORROWED) == 0);

    return is_used + is_owned * (uint32_t)TABLE_OWNED_UNIT;
}

static inline uint32_t page_table_owned(uint32_t word)
{
    return word / TABLE_OWNED_UNIT % (2 * PT_ENTRIES);
}

/* How many trees beyond the first share LEAF's table, a pt. */
static inline uint32_t page_table_sharers(const struct page_table_leaf *leaf)
{
    return *page_table_word(leaf) / (uint32_t)TABLE_EXTRA_UNIT;
}

/* Gives LEAF's entry VALUE, which is not 0, or 0: it is empty then. */
static inline void page_table_set(const struct page_table_leaf *leaf,
                                  uint64_t value)
{
    *page_table_word(leaf) +=
        page_table_weight(value) - page_table_weight(*leaf->entry);
    *(uint64_t *)leaf->entry = value;
}

/* Gives those of COUNT entries from LEAF's on, all of its table, that are empty
 * the values from VALUE on, a page after the other. */
static inline void page_table_set_run(const struct page_table_leaf *leaf,
                                      size_t count, uint64_t value)
{
    uint64_t *entry = (uint64_t *)leaf->entry;
    uint32_t weight = page_table_weight(value);
    uint32_t added = 0;

    for (const uint64_t *end = entry + count; entry < end; entry++) {
        if (*entry == 0) {
            *entry = value;
            added += weight;
        }
        value += PAGE_SIZE;
    }
    *page_table_word(leaf) += added;
}

/* Moves what LEAF's entry holds to TO's, which is empty. */
static inline void page_table_move(const struct page_table_leaf *leaf,
                                   const struct page_table_leaf *to)
{
    uint32_t weight = page_table_weight(*leaf->entry);

    *page_table_word(to) += weight;
    *page_table_word(leaf) -= weight;
    *(uint64_t *)to->entry = *leaf->entry;
    *(uint64_t *)leaf->entry = 0;
}

/* Changes bits of LEAF's entry, which does not become empty, owned or borrowed.
 */
static inline void page_table_change(const struct page_table_leaf *leaf,
                                     uint64_t value)
{
    *(uint64_t *)leaf->entry = value;
}

/* A new root with the kernel's half of the address space in it. Returns
 * PADDR_NONE when there is no memory. */
paddr_t page_table_create(void);

/* Frees a root whose lower half maps nothing (page_table_free_range). */
void page_table_destroy(paddr_t root);

/* The entry of LEVEL for ADDRESS in the kernel's half; tables on the way are
 * made. Returns NULL when there is no memory for one. No leaf of a higher level
 * may be in the way. */
uint64_t *page_table_kernel_entry(paddr_t root, uint64_t address,
                                  unsigned level);

/* The entry of LEVEL for an ADDRESS of a program's, or of the leaf above it
 * that is in the way; tables are made. False when there is no memory for one.
 */
bool page_table_entry(paddr_t root, uint64_t address, unsigned level,
                      struct page_table_leaf *leaf);

/* The same, in NEAR, which holds what it answered before, or a NULL entry: in
 * the same table that is cheap. */
bool page_table_entry_near(paddr_t root, uint64_t address, unsigned level,
                           struct page_table_leaf *near);

/* The same for level 1: cheap where the last one was in the same table. */
bool page_table_reach(paddr_t root, uint64_t address,
                      struct page_table_leaf *leaf);

/* Its two halves: the first does nothing, and answers false, where the last one
 * was in another table; the second walks. */
bool page_table_reach_again(paddr_t root, uint64_t address,
                            struct page_table_leaf *leaf);
bool page_table_reach_anew(paddr_t root, uint64_t address,
                           struct page_table_leaf *leaf);

/* The first leaf that maps something in [from, end). False when none does. */
bool page_table_next_leaf(paddr_t root, uint64_t from, uint64_t end,
                          struct page_table_leaf *leaf);

/* The entries that lead to what ADDRESS shows, from the pml4's on; 0 behind the
 * last. */
void page_table_path(paddr_t root, uint64_t address, uint64_t path[PT_LEVELS]);

/* page_table_advance, when the next leaf is not just behind LEAF. */
bool page_table_advance_far(paddr_t root, uint64_t end,
                            struct page_table_leaf *leaf);

/* From LEAF to the next one before END, cheaply when it is in the same table.
 * What LEAF's own entry holds by now does not matter, as long as its table is
 * still there. */
static inline bool page_table_advance(paddr_t root, uint64_t end,
                                      struct page_table_leaf *leaf)
{
    uint64_t next = page_table_leaf_end(leaf);
    const uint64_t *entry = leaf->entry + 1;

    if (next >= end || next == 0) {
        return false;
    }
    if (!is_aligned((uintptr_t)entry, FRAME_SIZE) && *entry != 0 &&
        (leaf->level == 1 || (*entry & PTE_LARGE) != 0)) {
        leaf->entry = entry;
        leaf->start = next;
        return true;
    }
    return page_table_advance_far(root, end, leaf);
}

/* Is it plain that [start, end) has neither leaves nor tables, and no table
 * above it is empty? A short look: false need not mean the contrary. */
bool page_table_is_blank(paddr_t root, uint64_t start, uint64_t end);

/* The entries of LEAF's table from it on, as far as they are for addresses
 * before END. LEAF is of level 1. */
static inline size_t page_table_run(const struct page_table_leaf *leaf,
                                    uint64_t end)
{
    uint64_t table_end = align_up(leaf->start + 1, pt_entry_span(2));

    return (MIN(table_end, end) - leaf->start) >> PAGE_SHIFT;
}

/* Frames to be freed together. */
struct page_table_batch {
    size_t count; /* of frames */
    size_t kept;  /* pages whose frames have other users yet */
    paddr_t frames[64];
};

/* Empties entries of LEAF's table, of level 1, from LEAF on and before END,
 * until BATCH is full of frames that nobody else uses. LEAF becomes the last
 * that was looked at. */
void page_table_take(struct page_table_leaf *leaf, uint64_t end,
                     struct page_table_batch *batch);

/* Replaces the leaf of level 2 by a table of 512 pages that map the same.
 * Returns 0 or -ENOMEM. The frames behind are the caller's to split too. */
int page_table_split(const struct page_table_leaf *leaf) MUST_CHECK;

/* Shared pts: mm/page_table_share.c. */

/* Have PT_SHARE_MIN entries at least, or copying them is cheaper. */
#define PT_SHARE_MIN 64

/* What was shared: pages, and of these the large leaves. */
struct page_table_shared {
    uint64_t pages;
    uint64_t large_leaves;
};

/* Has the entries of TO's pd, of another tree, from TO on, show what those from
 * FROM on do, before END, as long as these are large leaves, or lead to pts
 * that are well filled. All is owned by private areas. Returns how many did,
 * and adds their pages that are owned to SHARED. FROM and TO are of level 2.
 * Flush what FROM is of. */
size_t page_table_share(const struct page_table_leaf *from,
                        const struct page_table_leaf *to, uint64_t end,
                        struct page_table_shared *shared);

/* Has COUNT entries of TO's pt, from TO on, which are empty, show what those of
 * FROM's do from FROM on. Both pts are their trees' own. Returns how many of
 * the pages are owned. */
uint64_t page_table_copy(const struct page_table_leaf *from,
                         const struct page_table_leaf *to, size_t count);

/* The entry of the pd that leads to the pt of ADDRESS, or of the table above it
 * that is empty or a leaf. */
void page_table_above(paddr_t root, uint64_t address,
                      struct page_table_leaf *above);

/* Is the pt of ADDRESS shared? */
bool page_table_is_shared(paddr_t root, uint64_t address);

/* Makes the pt of ADDRESS, where there is one, the tree's own. False when there
 * is no memory for a copy. */
bool page_table_own(paddr_t root, uint64_t address) MUST_CHECK;

/* The same for the pt that ABOVE, the entry of a pd, leads to. */
bool page_table_own_below(uint64_t *above) MUST_CHECK;

/* If the pt of LEAF, of level 1, is shared: takes it out of the tree, and LEAF
 * becomes its pd's entry. What is in it goes only if nobody else has it: then
 * returns false, and the pt is the tree's own. */
bool page_table_drop(paddr_t root, struct page_table_leaf *leaf,
                     uint64_t *owned);

/* Frees the tables of [start, end) that lie wholly in [floor, ceiling), where
 * nothing is mapped. Costs a look at the tables of [start, end) alone. */
void page_table_free_range(paddr_t root, uint64_t start, uint64_t end,
                           uint64_t floor, uint64_t ceiling);

/* A zeroed frame for a table of the kernel's half, or PADDR_NONE. Until frames
 * can be allocated, kernel_map_init() in mm/kernel_map.c provides them. */
paddr_t page_table_alloc_kernel(void);

/* The same for a table whose entries are counted. */
paddr_t page_table_alloc(void);

/* The same with any contents, which the caller fills in, and counts. */
paddr_t page_table_alloc_filled(void);

/* Frees a table whose entries are counted and all empty. */
void page_table_free(paddr_t table);

/* The same for a root, with the kernel's half in it. */
void page_table_free_root(paddr_t root);

/* A root that page_table_free_root kept: the kernel's half is there, the
 * program's empty. PADDR_NONE when there is none. */
paddr_t page_table_reuse_root(void);

/* What page_table_free keeps for the next page_table_alloc: how many there are,
 * of all CPUs, and giving this CPU's back, which answers how many that were. */
size_t page_table_spares(void);
size_t page_table_free_spares(void);

/* Tables in use, of all address spaces and the kernel. */
size_t page_table_count(void);

/* Makes page_table_alloc_kernel take frames from [start, end) before anything
 * else, as long as byte_map_init() has not run; and says where it stands. */
void page_table_early_pool(paddr_t start, paddr_t end);
paddr_t page_table_early_end(void);
