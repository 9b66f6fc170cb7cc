/* Page tables: where their frames come from. */
#include "kernel/lib.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/large_page.h"
#include "mm/page_table.h"

/* Tables that were freed, and so are all zero: programs that map, touch and
 * unmap want the same few again at once. */
#define SPARES_MAX 4

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

paddr_t page_table_alloc_kernel(void)
{
    if (spare_count > 0 && fault_injection_left == 0) {
        table_count++;
        return spares[--spare_count];
    }
    paddr_t table = raw_alloc();
    if (table == PADDR_NONE) {
        return PADDR_NONE;
    }
    frame_clear(direct_map(table));
    table_count++;
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

static void raw_free(paddr_t table)
{
    int error = frame_free(table);
    ASSERT_CMP(error, ==, 0);
}

void page_table_free(paddr_t table)
{
    ASSERT_CMP(*frame_info(table), ==, 0u);
    table_count--;
    if (spare_count < SPARES_MAX) {
        spares[spare_count++] = table;
    } else {
        raw_free(table);
    }
}

void page_table_free_root(paddr_t root)
{
    raw_free(root);
    table_count--;
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
