/* Page tables: where their frames come from. */
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/large_page.h"
#include "mm/page_table.h"

/* Tables that were freed, and so are all zero: programs that map, touch and
 * unmap want the same few again at once, and a child wants as many as the one
 * before it gave back. Each CPU has its own. */
#define SPARES_MAX      10

/* The same of roots, in which the kernel's half stays: it is all roots'. */
#define SPARE_ROOTS_MAX 2

static struct spares {
    size_t count;
    size_t root_count;
    paddr_t tables[SPARES_MAX];
    paddr_t roots[SPARE_ROOTS_MAX];
} all_spares[CPUS_MAX];

/* Of all CPUs. */
static size_t table_count;

/* For boot, when one CPU runs. */
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

static struct spares *my_spares(void)
{
    return &all_spares[cpu_index()];
}

static void count_table(void)
{
    __atomic_fetch_add(&table_count, 1, __ATOMIC_RELAXED);
}

static void uncount_table(void)
{
    __atomic_fetch_sub(&table_count, 1, __ATOMIC_RELAXED);
}

paddr_t page_table_alloc_kernel(void)
{
    struct spares *spares = my_spares();

    if (spares->count > 0 && fault_injection_left == 0) {
        count_table();
        return spares->tables[--spares->count];
    }
    paddr_t table = raw_alloc();
    if (table == PADDR_NONE) {
        return PADDR_NONE;
    }
    frame_clear(direct_map(table));
    count_table();
    return table;
}

paddr_t page_table_alloc(void)
{
    paddr_t table = page_table_alloc_kernel();

    if (table != PADDR_NONE) {
        *frame_info(table) = 0;
    }
    return table;
}

paddr_t page_table_alloc_filled(void)
{
    paddr_t table = raw_alloc();

    if (table != PADDR_NONE) {
        count_table();
    }
    return table;
}

static void raw_free(paddr_t table)
{
    int error = frame_free(table);
    ASSERT_CMP(error, ==, 0);
}

void page_table_free(paddr_t table)
{
    ASSERT_CMP(*frame_info(table), ==, 0u);
    struct spares *spares = my_spares();

    uncount_table();
    if (spares->count < SPARES_MAX) {
        spares->tables[spares->count++] = table;
    } else {
        raw_free(table);
    }
}

paddr_t page_table_reuse_root(void)
{
    struct spares *spares = my_spares();

    if (spares->root_count == 0 || fault_injection_left != 0) {
        return PADDR_NONE;
    }
    count_table();
    return spares->roots[--spares->root_count];
}

void page_table_free_root(paddr_t root)
{
    struct spares *spares = my_spares();

    uncount_table();
    if (spares->root_count < SPARE_ROOTS_MAX) {
        spares->roots[spares->root_count++] = root;
    } else {
        raw_free(root);
    }
}

size_t page_table_free_spares(void)
{
    struct spares *spares = my_spares();
    size_t count = spares->count + spares->root_count;

    while (spares->count > 0) {
        raw_free(spares->tables[--spares->count]);
    }
    while (spares->root_count > 0) {
        raw_free(spares->roots[--spares->root_count]);
    }
    return count;
}

size_t page_table_spares(void)
{
    size_t count = 0;

    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        count += all_spares[cpu].count + all_spares[cpu].root_count;
    }
    return count;
}

size_t page_table_count(void)
{
    return __atomic_load_n(&table_count, __ATOMIC_RELAXED);
}
