/* Page tables: one walk over their levels. */
#include "mm/page_table.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/frame.h"
#include "mm/large_page.h"
#include "mm/layout.h"
#include "mm/page_table_priv.h"
#include "mm/share.h"

#define KERNEL_HALF (PT_ENTRIES / 2)

/* The pt that was reached last: what programs touch next is mostly in it. One
 * for all, as long as one CPU runs. It is its tree's own. */
static struct {
    paddr_t root;   /* PADDR_NONE: it was freed */
    uint64_t start; /* the first address that it maps */
    const uint64_t *entries;
} last_pt = {.root = PADDR_NONE};

paddr_t page_table_create(void)
{
    paddr_t root = page_table_reuse_root();
    if (root != PADDR_NONE) {
        return root;
    }
    root = page_table_alloc();
    if (root == PADDR_NONE) {
        return PADDR_NONE;
    }
    const uint64_t *kernel = direct_map(read_cr3() & PTE_ADDRESS);
    uint64_t *entries = direct_map(root);
    memcpy(entries + KERNEL_HALF, kernel + KERNEL_HALF,
           KERNEL_HALF * sizeof(*entries));
    return root;
}

void page_table_destroy(paddr_t root)
{
    ASSERT_CMP(*frame_info(root), ==, 0u);
    page_table_free_root(root);
}

/* Has LEAF's empty entry lead to a new table. */
static bool make_table(const struct page_table_leaf *leaf)
{
    paddr_t table = page_table_alloc();

    if (table == PADDR_NONE) {
        return false;
    }
    page_table_set(leaf, table | TABLE_BITS | PTE_USER);
    return true;
}

/* The entry for ADDRESS of the pt that was reached last, or NULL if it is in
 * another. */
static inline const uint64_t *entry_of_last_pt(paddr_t root, uint64_t address)
{
    uint64_t start = align_down(address, pt_entry_span(2));

    return last_pt.start == start && last_pt.root == root
               ? &last_pt.entries[pt_index(address, 1)]
               : NULL;
}

void page_table_forget(void)
{
    last_pt.root = PADDR_NONE;
}

static inline void forget_pt(paddr_t table)
{
    if (last_pt.entries == direct_map(table)) {
        last_pt.root = PADDR_NONE;
    }
}

/* Goes on from LEAF, where the walk ended, to LEVEL, making tables on the way.
 * Ends at a leaf above LEVEL too. False when there is no memory for one. */
NOINLINE static bool make_way(uint64_t address, unsigned level,
                              struct page_table_leaf *leaf)
{
    while (leaf->level > level && *leaf->entry == 0) {
        if (!make_table(leaf)) {
            return false;
        }
        unsigned below = leaf->level - 1;
        uint64_t *table = table_of(*leaf->entry);
        set_leaf(leaf, &table[pt_index(address, below)], below, address);
    }
    return true;
}

void page_table_path(paddr_t root, uint64_t address, uint64_t path[PT_LEVELS])
{
    const uint64_t *table = direct_map(root);

    ASSERT(pt_is_canonical(address));
    memset(path, 0, PT_LEVELS * sizeof(path[0]));
    for (unsigned level = PT_LEVELS; level > 0; level--) {
        uint64_t entry = table[pt_index(address, level)];
        path[PT_LEVELS - level] = entry;
        if (!is_table(entry)) {
            return;
        }
        table = table_of(entry);
    }
}

bool page_table_entry(paddr_t root, uint64_t address, unsigned level,
                      struct page_table_leaf *leaf)
{
    uint64_t *above = walk(root, address, level, leaf);

    if (leaf->level > 1) {
        return make_way(address, level, leaf);
    }
    if ((*above & PTE_SHARED) != 0) {
        if (!page_table_own_below(above)) {
            return false;
        }
        leaf->entry = table_of(*above) + pt_index(address, 1);
    }
    return true;
}

bool page_table_entry_near(paddr_t root, uint64_t address, unsigned level,
                           struct page_table_leaf *near)
{
    uint64_t table_span = pt_entry_span(level) * PT_ENTRIES;

    if (near->entry == NULL || near->level != level ||
        (near->start ^ address) >= table_span) {
        return page_table_entry(root, address, level, near);
    }
    const uint64_t *table =
        (uint64_t *)align_down((uintptr_t)near->entry, FRAME_SIZE);
    near->entry = &table[pt_index(address, level)];
    near->start = address;
    return true;
}

uint64_t *page_table_kernel_entry(paddr_t root, uint64_t address,
                                  unsigned level)
{
    uint64_t *table = direct_map(root);

    ASSERT(address >= DIRECT_MAP_BASE);
    for (unsigned at = PT_LEVELS; at > level; at--) {
        uint64_t *entry = &table[pt_index(address, at)];
        if (*entry == 0) {
            paddr_t below = page_table_alloc_kernel();
            if (below == PADDR_NONE) {
                return NULL;
            }
            *entry = below | TABLE_BITS;
        }
        ASSERT(is_table(*entry));
        table = table_of(*entry);
    }
    return &table[pt_index(address, level)];
}

bool page_table_reach_anew(paddr_t root, uint64_t address,
                           struct page_table_leaf *leaf)
{
    if (!page_table_entry(root, address, 1, leaf)) {
        return false;
    }
    if (leaf->level == 1) {
        last_pt.root = root;
        last_pt.start = align_down(address, pt_entry_span(2));
        last_pt.entries = leaf->entry - pt_index(address, 1);
    }
    return true;
}

bool page_table_reach_again(paddr_t root, uint64_t address,
                            struct page_table_leaf *leaf)
{
    const uint64_t *entry = entry_of_last_pt(root, address);

    if (entry != NULL) {
        set_leaf(leaf, entry, 1, address);
    }
    return entry != NULL;
}

bool page_table_reach(paddr_t root, uint64_t address,
                      struct page_table_leaf *leaf)
{
    return page_table_reach_again(root, address, leaf) ||
           page_table_reach_anew(root, address, leaf);
}

/* Is it known without a look that LEAF's table is empty? In the kernel's half,
 * whose addresses are negative, that is not counted. */
static inline bool is_in_empty_table(const struct page_table_leaf *leaf)
{
    return (int64_t)leaf->start >= 0 && *page_table_word(leaf) == 0;
}

/* Moves LEAF on to the next entry of its table that is not empty. False, and
 * LEAF->start where to go on, when there is none before END. */
static inline bool skip_empty(struct page_table_leaf *leaf, uint64_t end)
{
    uint64_t span = pt_entry_span(leaf->level);
    uint64_t at = leaf->start + span;
    const uint64_t *entry = leaf->entry + 1;

    if (at < end && is_in_empty_table(leaf)) {
        leaf->start = align_up(at, pt_entry_span(leaf->level + 1));
        return false;
    }
    while (at < end && !is_aligned((uintptr_t)entry, FRAME_SIZE)) {
        if (*entry != 0) {
            leaf->entry = entry;
            leaf->start = at;
            return true;
        }
        size_t empty = empty_run(entry);
        at += empty * span;
        entry += empty;
    }
    leaf->start = at;
    return false;
}

static bool is_leaf(const struct page_table_leaf *leaf)
{
    return *leaf->entry != 0 && (leaf->level == 1 || !is_table(*leaf->entry));
}

NOINLINE static bool search_from_root(paddr_t root, uint64_t from, uint64_t end,
                                      struct page_table_leaf *leaf)
{
    while (from < end) {
        walk(root, from, 1, leaf);
        if (is_leaf(leaf) || (skip_empty(leaf, end) && is_leaf(leaf))) {
            return true;
        }
        from = leaf->start;
        if (from == 0) {
            break; /* past the last address there is */
        }
    }
    return false;
}

bool page_table_next_leaf(paddr_t root, uint64_t from, uint64_t end,
                          struct page_table_leaf *leaf)
{
    const uint64_t *entry = entry_of_last_pt(root, from);

    if (entry == NULL || from >= end) {
        return search_from_root(root, from, end, leaf);
    }
    set_leaf(leaf, entry, 1, from);
    return *entry != 0 || skip_empty(leaf, end) ||
           (leaf->start < end &&
            search_from_root(root, leaf->start, end, leaf));
}

bool page_table_advance_far(paddr_t root, uint64_t end,
                            struct page_table_leaf *leaf)
{
    if (skip_empty(leaf, end) && is_leaf(leaf)) {
        return true;
    }
    return leaf->start < end && leaf->start != 0 &&
           page_table_next_leaf(root, leaf->start, end, leaf);
}

bool page_table_is_blank(paddr_t root, uint64_t start, uint64_t end)
{
    struct page_table_leaf leaf;

    if (entry_of_last_pt(root, start) != NULL) {
        return false;
    }
    walk(root, start, 2, &leaf);
    return *leaf.entry == 0 && *page_table_word(&leaf) != 0 &&
           !skip_empty(&leaf, end) && leaf.start >= end;
}

/* Is the frame of ENTRY, which is not just the page's own, to be freed with it?
 * Counts it in *KEPT if it is another user's by now. */
static inline bool is_last_user(uint64_t entry, size_t *kept)
{
    if ((entry & PTE_BORROWED) != 0) {
        return false;
    }
    bool is_last = frame_unshare(entry & PTE_ADDRESS);
    *kept += !is_last;
    return is_last;
}

void page_table_take(struct page_table_leaf *leaf, uint64_t end,
                     struct page_table_batch *batch)
{
    const uint64_t not_alone = PTE_BORROWED | PTE_SHARED;
    uint64_t *first = (uint64_t *)leaf->entry;
    uint64_t *last = first + page_table_run(leaf, end) - 1;
    uint32_t *word = page_table_word(leaf);
    uint32_t left = *word & TABLE_USED;
    size_t count = 0, kept = 0;

    for (uint64_t *at = first;; at++) {
        uint64_t entry = *at;
        if (entry == 0) {
            at += empty_run(at) - 1;
        } else {
            *at = 0;
            left--;
            if ((entry & not_alone) == 0 || is_last_user(entry, &kept)) {
                batch->frames[count++] = entry & PTE_ADDRESS;
            }
        }
        if (at >= last || left == 0 || count == ARRAY_COUNT(batch->frames)) {
            leaf->entry = MIN(at, last);
            break;
        }
    }
    *word -= (*word & TABLE_USED) - left;
    *word -= (uint32_t)((count + kept) * TABLE_OWNED_UNIT);
    leaf->start += (uint64_t)(leaf->entry - first) << PAGE_SHIFT;
    batch->count = count;
    batch->kept = kept;
}

int page_table_split(const struct page_table_leaf *leaf)
{
    ASSERT_CMP(leaf->level, ==, 2u);

    paddr_t table = page_table_alloc();
    if (table == PADDR_NONE) {
        return -ENOMEM;
    }
    uint64_t bits = *leaf->entry & ~(PTE_ADDRESS | PTE_LARGE);
    paddr_t target = page_table_leaf_target(leaf);
    uint64_t *pages = direct_map(table);
    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        pages[i] = (target + i * PAGE_SIZE) | bits;
    }
    *frame_info(table) = PT_ENTRIES * (1 + (uint32_t)TABLE_OWNED_UNIT);
    page_table_change(leaf, table | TABLE_BITS | (bits & PTE_USER));
    return 0;
}

/* Frees the tables behind the entries of LEVEL for [start, end). Returns
 * whether a table in which these entries are may be empty now. */
static ALWAYS_INLINE bool free_tables(paddr_t root, uint64_t start,
                                      uint64_t end, unsigned level)
{
    struct page_table_leaf at;
    uint32_t left = UINT32_MAX;

    for (uint64_t address = start; address < end; address = at.start) {
        walk(root, address, level, &at);
        bool is_level = at.level == level;
        const uint32_t *used = page_table_word(&at);
        do {
            if (is_level && is_table(*at.entry)) {
                forget_pt(*at.entry & PTE_ADDRESS);
                page_table_free(*at.entry & PTE_ADDRESS);
                page_table_set(&at, 0);
            }
        } while (skip_empty(&at, end) && is_level);
        left = MIN(left, *used);
    }
    return left == 0;
}

/* Mostly not even the smallest table lies wholly between the neighbours, or
 * the table above it has other entries. */
void page_table_free_range(paddr_t root, uint64_t start, uint64_t end,
                           uint64_t floor, uint64_t ceiling)
{
#pragma GCC unroll 3
    for (unsigned level = 2; level <= PT_LEVELS; level++) {
        uint64_t span = pt_entry_span(level);
        uint64_t first = MAX(align_down(start, span), align_up(floor, span));
        uint64_t last = MIN(align_up(end, span), align_down(ceiling, span));
        if (first >= last || !free_tables(root, first, last, level)) {
            return;
        }
    }
}
