/* The kernel's image and the direct map: built once, at boot. */
#include "mm/kernel_map.h"

#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/layout.h"
#include "mm/memory_map.h"
#include "mm/page_table.h"

/* linker.ld */
extern char text_start[], text_end[], rodata_start[], rodata_end[];
extern char data_start[], data_end[];

#define KERNEL_DATA   (PTE_PRESENT | PTE_WRITE | PTE_GLOBAL | PTE_NX)
#define KERNEL_RODATA (PTE_PRESENT | PTE_GLOBAL | PTE_NX)
#define KERNEL_TEXT   (PTE_PRESENT | PTE_GLOBAL)

/* VGA text and graphics memory, kept reachable by the direct map so that the
 * screen works from the first line of main to the last line of a panic. */
#define VGA_START     0xa0000ull
#define VGA_END       0xc0000ull

static paddr_t image_paddr(const char *symbol)
{
    return (uintptr_t)symbol - KERNEL_BASE;
}

/* The pool of early tables is sized for the worst case, so none can lack. */
static void map_leaf(paddr_t root, uint64_t address, paddr_t target,
                     unsigned level, uint64_t bits)
{
    uint64_t *entry = page_table_kernel_entry(root, address, level);
    ASSERT(entry != NULL);
    *entry = target | bits | (level > 1 ? PTE_LARGE : 0);
}

static void map_image_part(paddr_t root, const char *start, const char *end,
                           uint64_t bits)
{
    for (uint64_t at = (uintptr_t)start; at < (uintptr_t)end; at += PAGE_SIZE) {
        map_leaf(root, at, at - KERNEL_BASE, 1, bits);
    }
}

static void unmap_guard(paddr_t root, const uint8_t *guard)
{
    *page_table_kernel_entry(root, (uintptr_t)guard, 1) = 0;
}

static void map_image(paddr_t root)
{
    map_image_part(root, text_start, text_end, KERNEL_TEXT);
    map_image_part(root, rodata_start, rodata_end, KERNEL_RODATA);
    map_image_part(root, data_start, data_end, KERNEL_DATA);

    unmap_guard(root, boot_stack.guard);
    for (unsigned i = 0; i < IST_COUNT; i++) {
        unmap_guard(root, ist_stacks[i].guard);
    }
}

/* The largest leaf that begins at ADDRESS and ends at or below END. The large
 * pages that hold the image, and the first, where firmware mixes kinds of
 * memory, are mapped by the page. */
static unsigned direct_level(paddr_t address, paddr_t end)
{
    paddr_t image_end = align_up(image_paddr(data_end), LARGE_PAGE_SIZE);

    for (unsigned level = cpu_features.gib_pages ? 3 : 2; level > 1; level--) {
        uint64_t span = pt_entry_span(level);
        if (is_aligned(address, span) && end - address >= span &&
            address >= image_end) {
            return level;
        }
    }
    return 1;
}

/* Text and read-only data stay read-only by this door too. */
static uint64_t direct_bits(paddr_t address)
{
    bool is_constant =
        image_paddr(text_start) <= address && address < image_paddr(rodata_end);
    return is_constant ? KERNEL_RODATA : KERNEL_DATA;
}

static void map_direct(paddr_t root, const struct boot_info *info)
{
    struct memory_piece piece;
    paddr_t from = 0;

    while (memory_map_next_ram(info->ranges, info->range_count, from, &piece)) {
        from = piece.start;
        while (from < piece.end) {
            unsigned level = direct_level(from, piece.end);
            map_leaf(root, DIRECT_MAP_BASE + from, from, level,
                     direct_bits(from));
            from += pt_entry_span(level);
        }
    }
    for (from = VGA_START; from < VGA_END; from += PAGE_SIZE) {
        map_leaf(root, DIRECT_MAP_BASE + from, from, 1, KERNEL_DATA | PTE_PCD);
    }
}

/* Tables of one level. */
struct tables {
    uint64_t span; /* what each covers, in bytes */
    paddr_t end;   /* of what the last one covers */
    size_t count;
};

/* [start, end) needs tables; START is not below where an earlier range ended.
 */
static void need(struct tables *tables, paddr_t start, paddr_t end)
{
    start = MAX(align_down(start, tables->span), tables->end);
    end = align_up(end, tables->span);
    if (start < end) {
        tables->count += (end - start) / tables->span;
        tables->end = end;
    }
}

/* The ends of a piece may be mapped by smaller leaves, its middle is not. */
static void need_at_ends(struct tables *tables, struct memory_piece piece)
{
    need(tables, piece.start, piece.start + 1);
    need(tables, piece.end - 1, piece.end);
}

/* At most how many tables map_direct and map_image take. */
static size_t tables_needed(const struct boot_info *info)
{
    const size_t others = 16; /* image, VGA, first large pages, root */
    struct memory_piece piece = {0, 0};
    struct tables pt = {.span = pt_entry_span(2)};
    struct tables pd = {.span = pt_entry_span(3)};
    struct tables pdpt = {.span = pt_entry_span(4)};

    while (memory_map_next_ram(info->ranges, info->range_count, piece.end,
                               &piece)) {
        need_at_ends(&pt, piece);
        if (cpu_features.gib_pages) {
            need_at_ends(&pd, piece);
        } else {
            need(&pd, piece.start, piece.end);
        }
        need(&pdpt, piece.start, piece.end);
    }
    return pt.count + pd.count + pdpt.count + others;
}

void kernel_map_init(struct boot_info *info)
{
    uint64_t size = tables_needed(info) * FRAME_SIZE;
    paddr_t pool = memory_map_find(info->ranges, info->range_count, size,
                                   FRAME_SIZE, BOOT_MAP_SIZE);
    if (pool == PADDR_NONE) {
        panic("too little memory: no %llu KiB for the first page tables",
              size / KIB);
    }
    page_table_early_pool(pool, pool + size);

    paddr_t root = page_table_alloc_kernel();
    map_image(root);
    map_direct(root, info);
    memory_map_take(info, pool, page_table_early_end());

    if (cpu_features.pat) {
        wrmsr(MSR_PAT, PAT_VALUE);
    }
    write_cr3(root);
}
