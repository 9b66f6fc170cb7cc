/* Page tables: one walk over their levels. */
#include "mm/page_table.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/assert.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"
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
    if (spare_count > 0) {
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

static bool is_leaf(uint64_t entry, unsigned level)
{
    return level == 1 || (entry & PTE_LARGE) != 0;
}

static uint64_t *table_of(uint64_t entry)
{
    return direct_map(entry & PTE_ADDRESS);
}

/* The table behind ENTRY, made if there is none. */
static uint64_t *table_or_new(uint64_t *entry, uint64_t user)
{
    if (*entry == 0) {
        paddr_t below = page_table_alloc();
        if (below == PADDR_NONE) {
            return NULL;
        }
        *entry = below | TABLE_BITS | user;
    }
    return table_of(*entry);
}

/* From the root down to LEVEL, or to a leaf above it. */
static bool walk(paddr_t root, uint64_t address, unsigned level,
                 struct page_table_leaf *leaf)
{
    uint64_t user = address < USER_END_64 ? PTE_USER : 0;
    uint64_t *table = direct_map(root);

    for (leaf->level = PT_LEVELS; table != NULL; leaf->level--) {
        leaf->entry = &table[pt_index(address, leaf->level)];
        if (leaf->level == level ||
            (*leaf->entry != 0 && is_leaf(*leaf->entry, leaf->level))) {
            leaf->start = align_down(address, pt_entry_span(leaf->level));
            return true;
        }
        table = table_or_new(leaf->entry, user);
    }
    return false;
}

uint64_t *page_table_entry(paddr_t root, uint64_t address, unsigned level)
{
    struct page_table_leaf leaf;

    if (!walk(root, address, level, &leaf)) {
        return NULL;
    }
    ASSERT_CMP(leaf.level, ==, level);
    return leaf.entry;
}

bool page_table_reach(paddr_t root, uint64_t address,
                      struct page_table_leaf *leaf)
{
    return walk(root, address, 1, leaf);
}

bool page_table_next_leaf(paddr_t root, uint64_t from, uint64_t end,
                          struct page_table_leaf *leaf)
{
    while (from < end) {
        uint64_t *entry = direct_map(root);
        unsigned level = PT_LEVELS;

        for (entry += pt_index(from, level); *entry != 0; level--) {
            if (is_leaf(*entry, level)) {
                leaf->entry = entry;
                leaf->level = level;
                leaf->start = align_down(from, pt_entry_span(level));
                return true;
            }
            entry = table_of(*entry) + pt_index(from, level - 1);
        }
        from = align_down(from, pt_entry_span(level)) + pt_entry_span(level);
        if (from == 0) {
            break; /* past the last address there is */
        }
    }
    return false;
}

bool page_table_advance(paddr_t root, uint64_t end,
                        struct page_table_leaf *leaf)
{
    uint64_t span = pt_entry_span(leaf->level);
    uint64_t at = leaf->start + span;
    uint64_t *entry = leaf->entry + 1;

    for (; at < end && !is_aligned((uintptr_t)entry, FRAME_SIZE); entry++) {
        if (*entry != 0) {
            if (!is_leaf(*entry, leaf->level)) {
                break;
            }
            leaf->entry = entry;
            leaf->start = at;
            return true;
        }
        at += span;
    }
    return page_table_next_leaf(root, at, end, leaf);
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

/* Frees what TABLE, of LEVEL and mapping from BASE, has below it for
 * [start, end), when it lies wholly in [floor, ceiling). */
static void free_below(uint64_t *table, unsigned level, uint64_t base,
                       uint64_t start, uint64_t end, uint64_t floor,
                       uint64_t ceiling)
{
    uint64_t span = pt_entry_span(level);
    uint64_t address = MAX(base, align_down(start, span));
    uint64_t table_end = MIN(base + span * PT_ENTRIES, end);

    for (; address < table_end; address += span) {
        uint64_t *entry = &table[pt_index(address, level)];
        if (*entry == 0 || is_leaf(*entry, level)) {
            continue;
        }
        if (level > 2) {
            free_below(table_of(*entry), level - 1, address, start, end, floor,
                       ceiling);
        }
        if (floor <= address && address + span <= ceiling) {
            page_table_free(*entry & PTE_ADDRESS);
            *entry = 0;
        }
    }
}

void page_table_free_range(paddr_t root, uint64_t start, uint64_t end,
                           uint64_t floor, uint64_t ceiling)
{
    free_below(direct_map(root), PT_LEVELS, 0, start, end, floor, ceiling);
}
