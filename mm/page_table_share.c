/* Page tables that several trees share until one of them writes.
 *
 *   pd of A  [ .. | SHARED | .. ]        [ ..  | own  | .. ]
 *                     v                            v
 *   pt         [ L L L ... ]  EXTRA 1        [ L S L ... ]   S, L: both have a
 *                     ^                            |  |      user more by now
 *   pd of B  [ .. | SHARED | .. ]            [ L L L ... ]   EXTRA 0
 *                                                  ^
 *                                        [ .. | SHARED | .. ]
 *
 * On the left after a fork: one pt counts as one user of what its leaves own,
 * and the CPU writes nothing, because the entries above are not writable. On
 * the right A has written: its own copy has SHARED leaves, and so has the other
 * one. B, which is alone with it, takes it over when it writes.
 */
#include "kernel/x86.h"
#include "mm/byte_map.h"
#include "mm/page_table_priv.h"
#include "mm/share.h"

/* A pt has at most this many trees beyond the first. */
#define EXTRA_MAX (UINT32_MAX / (uint32_t)TABLE_EXTRA_UNIT)

static inline bool has_others(uint32_t word)
{
    return word >= TABLE_EXTRA_UNIT;
}

static bool share_table(uint64_t entry, struct page_table_shared *shared)
{
    uint32_t *word = frame_info(entry & PTE_ADDRESS);

    if ((*word & TABLE_USED) < PT_SHARE_MIN ||
        *word >= EXTRA_MAX * TABLE_EXTRA_UNIT) {
        return false;
    }
    *word += (uint32_t)TABLE_EXTRA_UNIT;
    shared->pages += page_table_owned(*word);
    return true;
}

static void share_large_leaf(uint64_t entry, struct page_table_shared *shared)
{
    paddr_t page = align_down(entry & PTE_ADDRESS, LARGE_PAGE_SIZE);

    if ((entry & PTE_SHARED) != 0) {
        large_share(page);
    } else {
        large_share_first(page);
        byte_map_set_tag(page, 1, 0);
    }
    shared->pages += FRAMES_PER_LARGE_PAGE;
    shared->large_leaves++;
}

/* What ENTRY, of a pd, is like in both trees once what is behind it is shared,
 * or 0 if that may not be. */
static inline uint64_t share_entry(uint64_t entry,
                                   struct page_table_shared *shared)
{
    if (is_table(entry)) {
        if (!share_table(entry, shared)) {
            return 0;
        }
    } else if (entry != 0) {
        share_large_leaf(entry, shared);
    } else {
        return 0;
    }
    return (entry | PTE_SHARED) & ~PTE_WRITE;
}

size_t page_table_share(const struct page_table_leaf *from,
                        const struct page_table_leaf *to, uint64_t end,
                        struct page_table_shared *shared)
{
    uint64_t *source = (uint64_t *)from->entry;
    uint64_t *target = (uint64_t *)to->entry;
    size_t max = MIN((end - from->start) / pt_entry_span(2),
                     PT_ENTRIES - pt_index(from->start, 2));
    size_t count = 0;

    while (count < max) {
        uint64_t entry = share_entry(source[count], shared);
        if (entry == 0) {
            break;
        }
        ASSERT(target[count] == 0);
        source[count] = entry;
        target[count] = entry;
        count++;
    }
    *page_table_word(to) += (uint32_t)count * page_table_weight(PTE_PRESENT);
    page_table_forget();
    return count;
}

void page_table_above(paddr_t root, uint64_t address,
                      struct page_table_leaf *above)
{
    walk(root, address, 2, above);
}

bool page_table_is_shared(paddr_t root, uint64_t address)
{
    struct page_table_leaf above;

    walk(root, address, 2, &above);
    return is_table(*above.entry) && (*above.entry & PTE_SHARED) != 0;
}

bool page_table_own(paddr_t root, uint64_t address)
{
    struct page_table_leaf above;

    walk(root, address, 2, &above);
    if (!is_table(*above.entry) || (*above.entry & PTE_SHARED) == 0) {
        return true;
    }
    return page_table_own_below((uint64_t *)above.entry);
}

/* Gives what ENTRY, a leaf of a pt, owns another user. Returns what it is like
 * then. */
static ALWAYS_INLINE uint64_t share_leaf(uint64_t entry)
{
    if (entry == 0 || (entry & PTE_BORROWED) != 0) {
        return entry;
    }
    if ((entry & PTE_SHARED) != 0) {
        frame_share(entry & PTE_ADDRESS);
    } else {
        frame_share_first(entry & PTE_ADDRESS);
    }
    return (entry | PTE_SHARED) & ~PTE_WRITE;
}

uint64_t page_table_copy(const struct page_table_leaf *from,
                         const struct page_table_leaf *to, size_t count)
{
    uint64_t *source = (uint64_t *)from->entry;
    uint64_t *target = (uint64_t *)to->entry;
    uint32_t left = *page_table_word(from) & TABLE_USED;
    uint32_t weight = 0;

    for (size_t i = 0; i < count && left > 0; i++) {
        uint64_t entry = source[i];
        if (entry == 0) {
            i += empty_run(&source[i]) - 1;
            continue;
        }
        ASSERT(target[i] == 0);
        entry = share_leaf(entry);
        source[i] = entry;
        target[i] = entry & ~PTE_ACCESSED;
        weight += page_table_weight(entry);
        left--;
    }
    *page_table_word(to) += weight;
    return page_table_owned(weight);
}

/* A copy of TABLE, in place of which it comes in one of its trees. */
static paddr_t copy_table(paddr_t table)
{
    paddr_t copy = page_table_alloc_filled();

    if (copy == PADDR_NONE) {
        return PADDR_NONE;
    }
    uint64_t *from = direct_map(table);
    uint64_t *to = direct_map(copy);
#pragma GCC unroll 4
    for (size_t i = 0; i < PT_ENTRIES; i++) {
        uint64_t entry = share_leaf(from[i]);
        from[i] = entry;
        to[i] = entry;
    }
    *frame_info(copy) = *frame_info(table) % (uint32_t)TABLE_EXTRA_UNIT;
    *frame_info(table) -= (uint32_t)TABLE_EXTRA_UNIT;
    return copy;
}

/* The CPU may remember the old table by the entry above it, for any address
 * (SDM vol. 3A, 4.10.3): one invlpg makes it forget (4.10.4.1). */
static void point_to(uint64_t *above, paddr_t table)
{
    const uint64_t gone = PTE_ADDRESS | PTE_SHARED;

    *above = (*above & ~gone) | table | PTE_WRITE;
    invlpg(0);
}

bool page_table_own_below(uint64_t *above)
{
    paddr_t table = *above & PTE_ADDRESS;

    if (has_others(*frame_info(table))) {
        table = copy_table(table);
    }
    if (table == PADDR_NONE) {
        return false;
    }
    point_to(above, table);
    return true;
}

bool page_table_drop(paddr_t root, struct page_table_leaf *leaf,
                     uint64_t *owned)
{
    struct page_table_leaf above;

    walk(root, leaf->start, 2, &above);
    if ((*above.entry & PTE_SHARED) == 0) {
        return false;
    }
    uint32_t *word = frame_info(*above.entry & PTE_ADDRESS);
    if (!has_others(*word)) {
        point_to((uint64_t *)above.entry, *above.entry & PTE_ADDRESS);
        return false;
    }
    *word -= (uint32_t)TABLE_EXTRA_UNIT;
    *owned += page_table_owned(*word);
    page_table_set(&above, 0);
    *leaf = above;
    return true;
}
