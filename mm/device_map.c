/* Device memory and kernel stacks: what is mapped into the kernel's half after
 * boot. Both windows are one pml4 entry each, made by kernel_map_finish(). */
#include "mm/kernel_map.h"

#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/fault_injection.h"
#include "mm/frame.h"
#include "mm/frame_info.h"
#include "mm/large_page.h"
#include "mm/memory_map.h"
#include "mm/page_table.h"

#define STACK_SLOTS (KERNEL_STACKS_SIZE / KERNEL_STACK_SLOT)

#define KERNEL_DATA (PTE_PRESENT | PTE_WRITE | PTE_GLOBAL | PTE_NX)

#define STACK_PAGES (KERNEL_STACK_SIZE / PAGE_SIZE)

/* As many as Linux has pids, unless told otherwise. */
#define STACKS_MAX  32768

/* Stacks that are not used stay mapped: the next thread may want one at once.
 */
#define KEPT_MAX    2

static uint64_t device_next = DEVICE_MAP_BASE;
static uint64_t stacks_used[STACKS_MAX / 64]; /* one bit a slot */
static unsigned first_word;                   /* none before has a free slot */

static struct {
    size_t count;
    uint64_t ends[KEPT_MAX]; /* their slots are used */
} kept;

static_assert(STACKS_MAX <= STACK_SLOTS, "layout.h");
static_assert(LARGE_PAGE_SIZE % KERNEL_STACK_SLOT == 0,
              "a stack's pages are in one table");

/* The entry that backs the words from AT to before END: of a large page where
 * all of one is needed and none of its frames is there yet for what comes
 * before. */
static uint64_t *frame_info_entry(paddr_t root, uintptr_t at, uintptr_t end,
                                  unsigned *level)
{
    bool is_whole =
        is_aligned(at, LARGE_PAGE_SIZE) && end - at >= LARGE_PAGE_SIZE;

    *level = 2;
    uint64_t *entry = is_whole ? page_table_kernel_entry(root, at, 2) : NULL;
    if (is_whole && (entry == NULL || *entry == 0)) {
        return entry;
    }
    *level = 1;
    return page_table_kernel_entry(root, at, 1);
}

/* Backs the words from START to before END. */
static bool back_frame_info(paddr_t root, uintptr_t start, uintptr_t end)
{
    unsigned level;

    for (uintptr_t at = start; at < end; at += pt_entry_span(level)) {
        uint64_t *entry = frame_info_entry(root, at, end, &level);
        if (entry == NULL) {
            return false;
        }
        if (*entry != 0) {
            continue; /* begun for what comes before */
        }
        paddr_t memory = level == 2 ? byte_map_alloc(1, BYTE_MAP_KERNEL)
                                    : frame_alloc(BYTE_MAP_KERNEL);
        if (memory == PADDR_NONE) {
            return false;
        }
        *entry = memory | KERNEL_DATA | (level == 2 ? PTE_LARGE : 0);
    }
    return true;
}

/* A word for each frame that is RAM. */
static bool map_frame_info(paddr_t root, const struct boot_info *info)
{
    struct memory_piece piece = {0, 0};
    bool is_done = true;

    while (is_done && memory_map_next_ram(info->ranges, info->range_count,
                                          piece.end, &piece)) {
        uintptr_t start = (uintptr_t)frame_info(piece.start);
        uintptr_t end = (uintptr_t)frame_info(piece.end);
        is_done = back_frame_info(root, align_down(start, PAGE_SIZE), end);
    }
    return is_done;
}

void kernel_map_finish(const struct boot_info *info)
{
    paddr_t root = read_cr3() & PTE_ADDRESS;
    const uint64_t *devices = page_table_kernel_entry(root, DEVICE_MAP_BASE, 3);
    const uint64_t *stacks =
        page_table_kernel_entry(root, KERNEL_STACKS_BASE, 3);

    if (devices == NULL || stacks == NULL || !map_frame_info(root, info)) {
        panic("too little memory: none for the kernel's own page tables");
    }
}

static uint64_t caching_bits(enum device_caching caching)
{
    if (caching == DEVICE_WRITE_COMBINING && cpu_features.pat) {
        return PTE_PAT;
    }
    return PTE_PCD | PTE_PWT;
}

void *device_map(paddr_t address, size_t size, enum device_caching caching)
{
    paddr_t start = align_down(address, PAGE_SIZE);
    paddr_t end = align_up(address + size, PAGE_SIZE);
    uint64_t at = device_next;

    if (size == 0 || address + size < address || end <= start ||
        end > BIT(cpu_features.physical_bits) ||
        end - start > DEVICE_MAP_BASE + DEVICE_MAP_SIZE - at) {
        return NULL;
    }
    for (paddr_t page = start; page < end; page += PAGE_SIZE) {
        uint64_t *entry =
            page_table_kernel_entry(read_cr3() & PTE_ADDRESS, device_next, 1);
        if (entry == NULL) {
            return NULL;
        }
        *entry = page | KERNEL_DATA | caching_bits(caching);
        device_next += PAGE_SIZE;
    }
    return (void *)(at + (address - start));
}

static uint64_t slot_end(unsigned slot)
{
    return KERNEL_STACKS_BASE + (slot + 1) * KERNEL_STACK_SLOT;
}

static uint64_t stack_page(uint64_t stack_end, unsigned index)
{
    return stack_end - KERNEL_STACK_SIZE + index * PAGE_SIZE;
}

/* The entries of the stack that ends at STACK_END, one behind the other, or
 * NULL when there is no memory for their table. */
static uint64_t *stack_entries(uint64_t stack_end)
{
    return page_table_kernel_entry(read_cr3() & PTE_ADDRESS,
                                   stack_end - KERNEL_STACK_SIZE, 1);
}

static void unmap_stack(uint64_t stack_end)
{
    uint64_t *entries = stack_entries(stack_end);

    /* As far as map_stack came. */
    for (unsigned i = 0; i < STACK_PAGES && entries != NULL; i++) {
        if (entries[i] == 0) {
            break;
        }
        int error = frame_free(entries[i] & PTE_ADDRESS);
        ASSERT_CMP(error, ==, 0);
        entries[i] = 0;
        invlpg(stack_page(stack_end, i));
    }
}

static bool map_stack(uint64_t stack_end)
{
    uint64_t *entries = stack_entries(stack_end);

    if (entries == NULL) {
        return false;
    }
    for (unsigned i = 0; i < STACK_PAGES; i++) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return false;
        }
        frame_clear(direct_map(frame));
        entries[i] = frame | KERNEL_DATA;
    }
    return true;
}

/* Makes what has been written of a mapped stack zero again. */
static void clear_stack(uint64_t stack_end)
{
    uint64_t *entries = stack_entries(stack_end);

    for (unsigned i = 0; i < STACK_PAGES; i++) {
        if ((entries[i] & PTE_DIRTY) != 0) {
            frame_clear(direct_map(entries[i] & PTE_ADDRESS));
            entries[i] &= ~PTE_DIRTY;
            invlpg(stack_page(stack_end, i));
        }
    }
}

static uint64_t alloc_slot(void)
{
    while (first_word < STACKS_MAX / 64 && ~stacks_used[first_word] == 0) {
        first_word++;
    }
    if (first_word == STACKS_MAX / 64) {
        return 0;
    }
    unsigned bit = (unsigned)__builtin_ctzll(~stacks_used[first_word]);
    uint64_t end = slot_end(first_word * 64 + bit);
    if (!map_stack(end)) {
        unmap_stack(end);
        return 0;
    }
    stacks_used[first_word] |= BIT(bit);
    return end;
}

static void free_slot(uint64_t stack_end)
{
    uint64_t slot = (stack_end - KERNEL_STACKS_BASE) / KERNEL_STACK_SLOT - 1;

    ASSERT(stacks_used[slot / 64] & BIT(slot % 64));
    unmap_stack(stack_end);
    stacks_used[slot / 64] &= ~BIT(slot % 64);
    first_word = MIN(first_word, (unsigned)(slot / 64));
}

uint64_t kernel_stack_alloc(void)
{
    if (kept.count > 0 && fault_injection_left == 0) {
        uint64_t end = kept.ends[--kept.count];
        clear_stack(end);
        return end;
    }
    return alloc_slot();
}

void kernel_stack_free(uint64_t stack_end)
{
    if (kept.count < KEPT_MAX) {
        kept.ends[kept.count++] = stack_end;
    } else {
        free_slot(stack_end);
    }
}

size_t kernel_stack_spares(void)
{
    return kept.count;
}

size_t kernel_stack_free_spares(void)
{
    size_t count = kept.count;

    while (kept.count > 0) {
        free_slot(kept.ends[--kept.count]);
    }
    return count;
}

bool kernel_stack_is_guard(uint64_t address)
{
    if (address - KERNEL_STACKS_BASE < KERNEL_STACKS_SIZE) {
        return (address - KERNEL_STACKS_BASE) % KERNEL_STACK_SLOT <
               KERNEL_STACK_SLOT - KERNEL_STACK_SIZE;
    }
    if (address - (uintptr_t)boot_stack.guard < PAGE_SIZE) {
        return true;
    }
    for (unsigned i = 0; i < IST_COUNT; i++) {
        if (address - (uintptr_t)ist_stacks[i].guard < PAGE_SIZE) {
            return true;
        }
    }
    return false;
}
