/* Page tables: one walk over their levels. */
#include "mm/page_table.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/layout.h"

/* Rights are decided by the leaves, so entries above them allow everything. */
#define TABLE_BITS  (PTE_PRESENT | PTE_WRITE)

#define KERNEL_HALF (PT_ENTRIES / 2)

/* Tables that were freed, and so are all zero: programs that map, touch and
 * unmap want the same few again at once. */
#define SPARES_MAX  4

static paddr_t spares[SPARES_MAX];
static size_t spare_count;

/* The pt that was reached last: what programs touch next is mostly in it. One
 * for all, as long as one CPU runs. */
static struct {
    paddr_t root;   /* PADDR_NONE: it was freed */
    uint64_t start; /* the first address that it maps */
    uint64_t *entries;
} last_pt = {.root = PADDR_NONE};

static size_t table_count;
static paddr_t early_next;
static paddr_t early_end;

void page_table_early_pool(paddr_t start, paddr_t end)
{
    early_next = start;
    early_end = end;
}

paddr_t page_table_early_end(void)
{
    paddr_t end = early_next;
    early_end = early_next; /* the rest goes to the byte map */
    return end;
}

static paddr_t raw_alloc(void)
{
    if (early_next < early_end) {
        early_next += FRAME_SIZE;
        return early_next - FRAME_SIZE;
    }
    return frame_alloc(BYTE_MAP_PAGE_TABLES);
}

paddr_t page_table_alloc(void)
{
    if (spare_count > 0 && fault_injection_left == 0) {
        table_count++;
        return spares[--spare_count];
    }
    paddr_t table = raw_alloc();
    if (table == PADDR_NONE) {
        return PADDR_NONE;
    }
    memset(direct_map(table), 0, FRAME_SIZE);
    table_count++;
    return table;
}

static void raw_free(paddr_t table)
{
    int error = frame_free(table);
    ASSERT_CMP(error, ==, 0);
}

void page_table_free(paddr_t table)
{
    table_count--;
    if (last_pt.entries == direct_map(table)) {
        last_pt.root = PADDR_NONE;
    }
    if (spare_count < SPARES_MAX) {
        spares[spare_count++] = table;
    } else {
        raw_free(table);
    }
}

void page_table_free_spares(void)
{
    while (spare_count > 0) {
        raw_free(spares[--spare_count]);
    }
}

size_t page_table_count(void)
{
    return table_count;
}

paddr_t page_table_create(void)
{
    paddr_t root = page_table_alloc();
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
    const uint64_t *entries = direct_map(root);
    for (unsigned i = 0; i < KERNEL_HALF; i++) {
        ASSERT_CMP(entries[i], ==, 0ull);
    }
    raw_free(root); /* with the kernel's half in it: no spare */
    table_count--;
}

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

/* Has the empty ENTRY for ADDRESS lead to a new table. */
static bool make_table(uint64_t *entry, uint64_t address)
{
    uint64_t user = address < USER_END_64 ? PTE_USER : 0;
    paddr_t table = page_table_alloc();

    if (table == PADDR_NONE) {
        return false;
    }
    *entry = table | TABLE_BITS | user;
    return true;
}

static inline void set_leaf(struct page_table_leaf *leaf, uint64_t *entry,
                            unsigned level, uint64_t address)
{
    leaf->entry = entry;
    leaf->level = level;
    leaf->start = align_down(address, pt_entry_span(level));
}

/* The walk: from the root down to LEVEL, or to what is no table above it.
 * Inlined with a LEVEL that is known: all of memory goes through here. */
static ALWAYS_INLINE void walk(paddr_t root, uint64_t address, unsigned level,
                               struct page_table_leaf *leaf)
{
    unsigned at = PT_LEVELS;
    uint64_t *entry = (uint64_t *)direct_map(root) + pt_index(address, at);

    ASSERT(pt_is_canonical(address));

#pragma GCC unroll 4
    while (at > level) {
        if (!is_table(*entry)) {
            break;
        }
        at--;
        entry = table_of(*entry) + pt_index(address, at);
    }
    set_leaf(leaf, entry, at, address);
}

/* The entry for ADDRESS of the pt that was reached last, or NULL if it is in
 * another. */
static inline uint64_t *entry_of_last_pt(paddr_t root, uint64_t address)
{
    uint64_t start = align_down(address, pt_entry_span(2));

    return last_pt.start == start && last_pt.root == root
               ? &last_pt.entries[pt_index(address, 1)]
               : NULL;
}

/* Goes on from LEAF, where the walk ended, to LEVEL, making tables on the way.
 * Ends at a leaf above LEVEL too. False when there is no memory for one. */
NOINLINE static bool make_way(uint64_t address, unsigned level,
                              struct page_table_leaf *leaf)
{
    while (leaf->level > level && *leaf->entry == 0) {
        if (!make_table(leaf->entry, address)) {
            return false;
        }
        unsigned below = leaf->level - 1;
        uint64_t *table = table_of(*leaf->entry);
        set_leaf(leaf, &table[pt_index(address, below)], below, address);
    }
    return true;
}

uint64_t *page_table_entry(paddr_t root, uint64_t address, unsigned level)
{
    struct page_table_leaf leaf;

    walk(root, address, level, &leaf);
    if (!make_way(address, level, &leaf)) {
        return NULL;
    }
    ASSERT_CMP(leaf.level, ==, level);
    return leaf.entry;
}

bool page_table_entry_near(paddr_t root, uint64_t address, unsigned level,
                           struct page_table_leaf *near)
{
    uint64_t table_span = pt_entry_span(level) * PT_ENTRIES;

    if (near->entry == NULL || near->level != level ||
        (near->start ^ address) >= table_span) {
        walk(root, address, level, near);
        return make_way(address, level, near);
    }
    uint64_t *table =
        (uint64_t *)align_down((uintptr_t)near->entry, FRAME_SIZE);
    near->entry = &table[pt_index(address, level)];
    near->start = address;
    return true;
}

NOINLINE static uint64_t *reach_from_root(paddr_t root, uint64_t address)
{
    struct page_table_leaf leaf;

    walk(root, address, 1, &leaf);
    if (!make_way(address, 1, &leaf)) {
        return NULL;
    }
    if (leaf.level == 1) {
        last_pt.root = root;
        last_pt.start = align_down(address, pt_entry_span(2));
        last_pt.entries = leaf.entry - pt_index(address, 1);
    }
    return leaf.entry;
}

uint64_t *page_table_reach(paddr_t root, uint64_t address)
{
    uint64_t *entry = entry_of_last_pt(root, address);

    return entry != NULL ? entry : reach_from_root(root, address);
}

/* Moves LEAF on to the next entry of its table that is not empty. False, and
 * LEAF->start where to go on, when there is none before END. */
static inline bool skip_empty(struct page_table_leaf *leaf, uint64_t end)
{
    uint64_t span = pt_entry_span(leaf->level);
    uint64_t at = leaf->start + span;
    uint64_t *entry = leaf->entry + 1;

    while (at < end && !is_aligned((uintptr_t)entry, FRAME_SIZE)) {
        if (*entry != 0) {
            leaf->entry = entry;
            leaf->start = at;
            return true;
        }
        at += span;
        entry++;
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
    uint64_t *entry = entry_of_last_pt(root, from);

    if (entry == NULL || from >= end) {
        return search_from_root(root, from, end, leaf);
    }
    set_leaf(leaf, entry, 1, from);
    return *entry != 0 || skip_empty(leaf, end) ||
           search_from_root(root, leaf->start, end, leaf);
}

bool page_table_advance_far(paddr_t root, uint64_t end,
                            struct page_table_leaf *leaf)
{
    if (skip_empty(leaf, end) && is_leaf(leaf)) {
        return true;
    }
    return leaf->start != 0 &&
           page_table_next_leaf(root, leaf->start, end, leaf);
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
    *leaf->entry = table | TABLE_BITS | (bits & PTE_USER);
    return 0;
}

/* Frees the tables behind the entries of LEVEL for [start, end). */
static ALWAYS_INLINE void free_tables(paddr_t root, uint64_t start,
                                      uint64_t end, unsigned level)
{
    struct page_table_leaf at;

    for (uint64_t address = start; address < end; address = at.start) {
        walk(root, address, level, &at);
        bool is_level = at.level == level;
        do {
            if (is_level && is_table(*at.entry)) {
                page_table_free(*at.entry & PTE_ADDRESS);
                *at.entry = 0;
            }
        } while (skip_empty(&at, end) && is_level);
    }
}

/* Mostly not even the smallest table lies wholly between the neighbours. */
void page_table_free_range(paddr_t root, uint64_t start, uint64_t end,
                           uint64_t floor, uint64_t ceiling)
{
#pragma GCC unroll 3
    for (unsigned level = 2; level <= PT_LEVELS; level++) {
        uint64_t span = pt_entry_span(level);
        uint64_t first = MAX(align_down(start, span), align_up(floor, span));
        uint64_t last = MIN(align_up(end, span), align_down(ceiling, span));
        if (first >= last) {
            return;
        }
        free_tables(root, first, last, level);
    }
}
