/* The files of /proc that tell of all memory. */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/x86.h"
#include "mm/frame.h"
#include "mm/huge_pool.h"
#include "mm/kernel_map.h"
#include "mm/memory.h"
#include "mm/page_table.h"

static void print_huge_count(struct seq_text *text, const char *name,
                             uint64_t count)
{
    seq_print(text, "HugePages_%s %5llu\n", name, (unsigned long long)count);
}

static void print_huge_pages(struct seq_text *text)
{
    print_huge_count(text, "Total:  ", huge_pool.total);
    print_huge_count(text, "Free:   ", huge_pool_untouched());
    print_huge_count(text, "Rsvd:   ", huge_pool.reserved);
    print_huge_count(text, "Surp:   ", huge_pool.surplus);
    proc_print_kib(text, "Hugepagesize:", LARGE_PAGE_SIZE);
    proc_print_kib(text, "Hugetlb:", huge_pool.total * LARGE_PAGE_SIZE);
}

/* How the direct map is mapped, by the size of the leaves. */
static void print_direct_map(struct seq_text *text)
{
    uint64_t bytes[PT_LEVELS + 1] = {0};
    struct page_table_leaf leaf;
    paddr_t root = read_cr3() & PTE_ADDRESS;
    const uint64_t end = DIRECT_MAP_BASE + DIRECT_MAP_SIZE;

    for (uint64_t at = DIRECT_MAP_BASE;
         page_table_next_leaf(root, at, end, &leaf);
         at = page_table_leaf_end(&leaf)) {
        bytes[leaf.level] += pt_entry_span(leaf.level);
    }
    proc_print_kib(text, "DirectMap4k:", bytes[1]);
    proc_print_kib(text, "DirectMap2M:", bytes[2]);
    proc_print_kib(text, "DirectMap1G:", bytes[3]);
}

static size_t count_threads(void)
{
    size_t count = 0;

    for (const struct process *process = process_first(); process != NULL;
         process = process_next(process)) {
        count += process_thread_count(process);
    }
    return count;
}

/* What all address spaces have in memory. */
static void add_all(struct aspace_usage *usage)
{
    for (struct aspace *a = NULL; (a = aspace_next(a)) != NULL;) {
        aspace_usage_add_all(a, usage);
    }
}

/* What is nobody's is available, and pages of files that can be read again. */
void proc_meminfo(struct seq_text *text, const struct process *process)
{
    (void)process;
    struct aspace_usage usage = {0};
    add_all(&usage);

    proc_print_kib(text, "MemTotal:", memory_total());
    proc_print_kib(text, "MemFree:", memory_free());
    proc_print_kib(text, "MemAvailable:",
                   memory_free() + object_totals.clean * FRAME_SIZE);
    proc_print_kib(text, "Buffers:", 0);
    proc_print_pages(text, "Cached:", object_totals.frames);
    proc_print_kib(text, "SwapCached:", 0);
    proc_print_kib(text, "SwapTotal:", 0);
    proc_print_kib(text, "SwapFree:", 0);
    proc_print_pages(text, "AnonPages:", usage.anonymous);
    proc_print_pages(text, "Mapped:", usage.resident - usage.anonymous);
    proc_print_kib(text, "KernelStack:", count_threads() * KERNEL_STACK_SIZE);
    proc_print_kib(text, "PageTables:", page_table_count() * FRAME_SIZE);
    proc_print_pages(text, "AnonHugePages:", usage.large);
    print_huge_pages(text);
    print_direct_map(text);
}

/* Of Linux's lines those that mean something here: pages of each kind, what
 * went to disks and came from there, and faults. */
void proc_vmstat(struct seq_text *text, const struct process *process)
{
    (void)process;
    struct aspace_usage usage = {0};
    add_all(&usage);
    const struct {
        const char *name;
        uint64_t number;
    } lines[] = {
        {"nr_free_pages", memory_free() / FRAME_SIZE},
        {"nr_page_table_pages", page_table_count()},
        {"nr_anon_pages", usage.anonymous},
        {"nr_mapped", usage.resident - usage.anonymous},
        {"nr_file_pages", object_totals.frames},
        {"pgpgin", 0},
        {"pgpgout", 0},
        {"pswpin", 0},
        {"pswpout", 0},
        {"pgfault", usage_page_faults},
        {"pgmajfault", 0},
        {"oom_kill", out_of_memory_count()},
    };

    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        seq_print(text, "%s %llu\n", lines[i].name,
                  (unsigned long long)lines[i].number);
    }
}

size_t proc_bytemap(const struct process *process, size_t offset, void *to,
                    size_t size)
{
    (void)process;
    uint8_t *bytes = to;
    size_t total = byte_map_page_count();
    size_t count = offset < total ? MIN(size, total - offset) : 0;

    for (size_t i = 0; i < count; i++) {
        bytes[i] = byte_map_state(offset + i);
    }
    return count;
}
