/* Claims on all that address spaces own: see mm/aspace_validate.h. */
#include "mm/aspace_local.h"
#include "mm/aspace_priv.h"
#include "mm/aspace_validate.h"
#include "mm/claim.h"

/* Of a root: the kernel's half, behind the program's, is not its own. */
#define USER_ENTRIES (PT_ENTRIES / 2)

static bool is_borrowed(uint64_t entry)
{
    return (entry & PTE_BORROWED) != 0;
}

static bool is_table(uint64_t entry)
{
    return (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}

/* What is done with all that an address space owns. Each answers whether it
 * could be done. */
struct action {
    bool (*frame)(paddr_t frame);
    bool (*large_page)(paddr_t page);
    bool (*shared)(paddr_t memory, unsigned level);
    bool (*shared_table)(paddr_t table, bool *goes_on);
};

/* Of a table that several trees share the last one claims what it leads to. */
static bool claim_table(paddr_t table, bool *goes_on)
{
    uint32_t *word = frame_info(table);

    *goes_on = *word < TABLE_EXTRA_UNIT;
    if (*goes_on) {
        return claim_frame(table);
    }
    *word -= (uint32_t)TABLE_EXTRA_UNIT;
    return true;
}

static bool unclaim_table(paddr_t table, bool *goes_on)
{
    *goes_on = unclaim_frame(table);
    if (!*goes_on) {
        *frame_info(table) += (uint32_t)TABLE_EXTRA_UNIT;
    }
    return true;
}

static bool check_table(paddr_t table, bool *goes_on)
{
    *goes_on = true;
    return *frame_info(table) < TABLE_EXTRA_UNIT;
}

static bool pass(paddr_t memory)
{
    (void)memory;
    return true;
}

static const struct action claims = {
    claim_frame,
    claim_large_page,
    claim_as_user,
    claim_table,
};
static const struct action checks = {
    pass,
    pass,
    claim_is_complete,
    check_table,
};
static const struct action unclaims = {
    unclaim_frame,
    unclaim_large_page,
    unclaim_as_user,
    unclaim_table,
};

/* Does ACTION with the memory that ENTRY, a leaf of LEVEL, shows. */
static bool for_leaf(uint64_t entry, unsigned level,
                     const struct action *action)
{
    paddr_t memory = entry & PTE_ADDRESS & ~(pt_entry_span(level) - 1);

    if (is_borrowed(entry)) {
        return true;
    }
    if ((entry & PTE_SHARED) != 0) {
        return action->shared(memory, level);
    }
    return (level == 1 ? action->frame : action->large_page)(memory);
}

static const char *for_table_below(uint64_t entry, unsigned level,
                                   const struct action *action);

/* Does ACTION with TABLE, of LEVEL, and all that COUNT entries of it lead to.
 * Returns NULL, or the rule that is broken where it can't be done. */
static const char *for_table(paddr_t table, unsigned level, unsigned count,
                             const struct action *action)
{
    const uint64_t *entries = direct_map(table);
    const char *rule = NULL;
    uint32_t word = 0;

    for (unsigned i = 0; i < count && rule == NULL; i++) {
        if (entries[i] == 0) {
            continue;
        }
        word += page_table_weight(entries[i]);
        if (level > 1 && is_table(entries[i])) {
            rule = for_table_below(entries[i], level - 1, action);
        } else if (!for_leaf(entries[i], level, action)) {
            rule = "a mapped page is allocated, and has the users that are "
                   "counted";
        }
    }
    if (rule == NULL &&
        word != *frame_info(table) % (uint32_t)TABLE_EXTRA_UNIT) {
        rule = "a page table counts its entries";
    }
    return rule;
}

/* The same for the table of LEVEL that ENTRY leads to. Of one that several
 * trees share, one of them acts for all on what it leads to. */
static const char *for_table_below(uint64_t entry, unsigned level,
                                   const struct action *action)
{
    paddr_t table = entry & PTE_ADDRESS;
    bool is_shared = (entry & PTE_SHARED) != 0;
    bool goes_on = true;

    if (is_shared == ((entry & PTE_WRITE) != 0) || (is_shared && level > 1)) {
        return "a pt alone is shared, and none of its users writes it";
    }
    if (!(is_shared ? action->shared_table(table, &goes_on)
                    : action->frame(table))) {
        return "a page table is allocated, and has the trees that it counts";
    }
    return goes_on ? for_table(table, level, PT_ENTRIES, action) : NULL;
}

static bool for_local(const struct aspace *aspace, const struct action *action)
{
    if (aspace->local == NULL) {
        return true;
    }
    paddr_t table = direct_map_address(aspace->local);
    return aspace_local_is_large(aspace->local_count)
               ? action->large_page(table)
               : action->frame(table);
}

static const char *for_all(const struct aspace *aspace,
                           const struct action *action)
{
    if (!action->frame(direct_map_address(aspace)) ||
        !action->frame(aspace->root)) {
        return "an address space is allocated, and has one owner";
    }
    if (!for_local(aspace, action)) {
        return "local descriptors are allocated, and have one owner";
    }
    return for_table(aspace->root, PT_LEVELS, USER_ENTRIES, action);
}

const char *aspace_claim(const struct aspace *aspace)
{
    return for_all(aspace, &claims);
}

const char *aspace_check_claims(const struct aspace *aspace)
{
    return for_all(aspace, &checks);
}

const char *aspace_unclaim(const struct aspace *aspace)
{
    return for_all(aspace, &unclaims);
}
