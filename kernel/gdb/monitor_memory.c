/* What `monitor` says of memory. */
#include "kernel/gdb/monitor.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/frame.h"
#include "mm/memory.h"
#include "mm/page_table.h"

/* The kernel may have been stopped while it changed a list. */
#define AREAS_MAX     10000
#define BYTEMAP_WIDTH 64
#define COUNT_DEFAULT 1024

void monitor_maps(const struct monitor_words *words)
{
    const struct process *process = monitor_process(words, 1);
    int count = 0;

    if (process == NULL) {
        return;
    }
    for (const struct vma *area = process->aspace->areas.first;
         area != NULL && count < AREAS_MAX; area = area->next, count++) {
        monitor_print("%012llx-%012llx %c%c%c%c %8llu KiB %s\n",
                      (unsigned long long)area->start,
                      (unsigned long long)area->end,
                      (area->flags & AREA_READ) != 0 ? 'r' : '-',
                      (area->flags & AREA_WRITE) != 0 ? 'w' : '-',
                      (area->flags & AREA_EXEC) != 0 ? 'x' : '-',
                      (area->flags & AREA_SHARED) != 0 ? 's' : 'p',
                      (unsigned long long)((area->end - area->start) / KIB),
                      area->file != NULL ? "file" : "");
    }
}

static void print_entry(void *context, unsigned level, unsigned index,
                        uint64_t entry)
{
    (void)context;
    static const char *const tables[] = {"", "pt", "pd", "pdpt", "pml4"};
    bool is_leaf = level == 1 || (entry & PTE_LARGE) != 0;

    monitor_print("%-4s[%3u] = %016llx %s%s%s%s%s\n", tables[level], index,
                  (unsigned long long)entry,
                  (entry & PTE_PRESENT) != 0 ? "present " : "not present ",
                  (entry & PTE_WRITE) != 0 ? "write " : "",
                  (entry & PTE_USER) != 0 ? "user " : "",
                  (entry & PTE_NX) != 0 ? "no-execute " : "",
                  is_leaf ? "leaf" : "");
}

/* Word 1 is a virtual address, of the process that word 2 names, by default of
 * the current one. Returns the physical one, or PADDR_NONE after saying why. */
static paddr_t find_virtual(const struct monitor_words *words,
                            memory_visit *visit)
{
    uint64_t address = monitor_number(words, 1, 0);
    const struct process *process =
        words->count > 2 ? monitor_process(words, 2)
                         : machine_process(target_thread_current());

    if (words->count > 2 && process == NULL) {
        return PADDR_NONE;
    }
    paddr_t found = memory_walk(memory_root(process), address, visit, NULL);
    if (found == PADDR_NONE) {
        monitor_print("nothing is mapped at %#llx\n",
                      (unsigned long long)address);
    }
    return found;
}

void monitor_pt(const struct monitor_words *words)
{
    uint64_t address = monitor_number(words, 1, 0);
    paddr_t found = find_virtual(words, print_entry);

    if (found == PADDR_NONE) {
        return;
    }
    monitor_print("%#llx is at physical %#llx\n", (unsigned long long)address,
                  (unsigned long long)found);
}

/* The letters of the shell's `map`. */
static char letter_of(uint8_t state)
{
    switch (state & ~BYTE_MAP_OWNER_MASK) {
    case BYTE_MAP_HOLE:
        return ' ';
    case BYTE_MAP_FREE:
        return '.';
    case BYTE_MAP_HELD:
        return ':';
    case BYTE_MAP_SPLIT:
        return 's';
    case BYTE_MAP_SPLIT_FULL:
        return 'S';
    case BYTE_MAP_RESERVED:
        return 'r';
    default:
        break;
    }
    switch (state & BYTE_MAP_OWNER_MASK) {
    case BYTE_MAP_KERNEL:
        return 'K';
    case BYTE_MAP_PAGE_TABLES:
        return 'T';
    default:
        return 'P';
    }
}

void monitor_bytemap(const struct monitor_words *words)
{
    size_t total = byte_map_page_count();
    size_t from = MIN((size_t)monitor_number(words, 1, 0), total);
    size_t count =
        MIN((size_t)monitor_number(words, 2, COUNT_DEFAULT), total - from);
    char row[BYTEMAP_WIDTH + 1];

    monitor_print(
        "%zu large pages of 2 MiB; . free, : at hand, P program, "
        "K kernel, T tables,\ns split, S split and full, r reserved\n",
        total);
    for (size_t done = 0; done < count; done += BYTEMAP_WIDTH) {
        size_t width = MIN((size_t)BYTEMAP_WIDTH, count - done);
        for (size_t i = 0; i < width; i++) {
            row[i] = letter_of(byte_map_state(from + done + i));
        }
        row[width] = '\0';
        monitor_print("%012llx %s\n",
                      (unsigned long long)((from + done) * LARGE_PAGE_SIZE),
                      row);
    }
}

void monitor_frames(const struct monitor_words *words)
{
    (void)words;
    monitor_print(
        "%llu KiB of RAM, %llu KiB free: %zu large pages, and %zu frames "
        "in split ones\n%zu frames are page tables\n",
        (unsigned long long)(memory_total() / KIB),
        (unsigned long long)(memory_free() / KIB), byte_map_free_count(),
        frame_free_count(), page_table_count());
}

/* Says where PROCESS maps the physical ADDRESS. */
static void print_mappings(const struct process *process, paddr_t address)
{
    struct page_table_leaf leaf;
    uint64_t from = 0;

    while (
        page_table_next_leaf(process->aspace->root, from, USER_END_64, &leaf)) {
        paddr_t start = page_table_leaf_target(&leaf);
        if (start <= address && address - start < pt_entry_span(leaf.level)) {
            monitor_print("  mapped by %s[%d] at %#llx\n",
                          process_name(process), process->pid,
                          (unsigned long long)(leaf.start + (address - start)));
        }
        from = page_table_leaf_end(&leaf);
    }
}

void monitor_page(const struct monitor_words *words)
{
    bool is_physical = strcmp(words->word[1], "-physical") == 0;
    paddr_t address = is_physical ? monitor_number(words, 2, PADDR_NONE)
                                  : find_virtual(words, NULL);
    if (address == PADDR_NONE) {
        return;
    }
    size_t page = address / LARGE_PAGE_SIZE;
    uint8_t state = byte_map_state(page);

    monitor_print("large page %zu: '%c' (state %#x, tag %u)\n", page,
                  letter_of(state), (unsigned)state,
                  (unsigned)byte_map_tag(page));
    for (const struct process *p = process_first(); p != NULL;
         p = process_next(p)) {
        if (p->aspace != NULL) {
            print_mappings(p, address);
        }
    }
}

void monitor_check(const struct monitor_words *words)
{
    const char *broken = byte_map_validate();

    (void)words;
    monitor_print("byte map and frames: %s\n",
                  broken == NULL ? "sound" : broken);
}
