/* /proc/PID/smaps: the areas of an address space, and what of them is in
 * memory, as Linux 6.1 shows them (fs/proc/task_mmu.c). */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"

/* PARTS of pages, as `part` of struct aspace_usage counts them, in KiB. */
static uint64_t kib_of(uint64_t parts)
{
    return parts * (PAGE_SIZE / KIB) >> USAGE_PART_SHIFT;
}

/* How the part of pages is made up: of all areas together alone. */
static void print_parts(struct seq_text *text, const struct aspace_usage *usage)
{
    uint64_t file =
        usage->part - usage->part_anonymous - usage->part_shared_memory;

    proc_print_kib(text, "Pss_Anon:", kib_of(usage->part_anonymous) * KIB);
    proc_print_kib(text, "Pss_File:", kib_of(file) * KIB);
    proc_print_kib(text, "Pss_Shmem:", kib_of(usage->part_shared_memory) * KIB);
}

/* The lines that smaps and smaps_rollup have. */
enum subject {
    SUBJECT_AREA,
    SUBJECT_ALL,
};

static void print_resident(struct seq_text *text,
                           const struct aspace_usage *usage,
                           enum subject subject)
{
    uint64_t clean = usage->resident - usage->dirty;
    uint64_t shared_clean = usage->shared - usage->shared_dirty;

    proc_print_pages(text, "Rss:", usage->resident);
    proc_print_kib(text, "Pss:", kib_of(usage->part) * KIB);
    proc_print_kib(text, "Pss_Dirty:", kib_of(usage->part_dirty) * KIB);
    if (subject == SUBJECT_ALL) {
        print_parts(text, usage);
    }
    proc_print_pages(text, "Shared_Clean:", shared_clean);
    proc_print_pages(text, "Shared_Dirty:", usage->shared_dirty);
    proc_print_pages(text, "Private_Clean:", clean - shared_clean);
    proc_print_pages(text,
                     "Private_Dirty:", usage->dirty - usage->shared_dirty);
    proc_print_pages(text, "Referenced:", usage->referenced);
    proc_print_pages(text, "Anonymous:", usage->anonymous);
    proc_print_pages(text, "LazyFree:", 0);
    proc_print_pages(text, "AnonHugePages:", usage->large);
    proc_print_pages(text, "ShmemPmdMapped:", 0);
    proc_print_pages(text, "FilePmdMapped:", 0);
    proc_print_pages(text, "Shared_Hugetlb:", usage->huge_shared);
    proc_print_pages(text,
                     "Private_Hugetlb:", usage->huge - usage->huge_shared);
    proc_print_pages(text, "Swap:", 0);
    proc_print_pages(text, "SwapPss:", 0);
    proc_print_kib(text, "Locked:", kib_of(usage->part_locked) * KIB);
}

/* Could a large page be in AREA, were all of it touched? */
static bool may_have_large_page(const struct vma *area)
{
    uaddr_t last = align_down(area->end, LARGE_PAGE_SIZE);
    bool is_long = area->start + LARGE_PAGE_SIZE <= last;

    return area->object == NULL && is_long &&
           (area->flags & AREA_HUGETLB) == 0 &&
           aspace_may_have_large_pages(area->flags);
}

/* The letters of each flag, in the order of Linux's bits. Soft dirty, as they
 * call it, is everything until a program says otherwise, which none can. */
static void print_flags(struct seq_text *text, uint32_t flags)
{
    const uint32_t any = UINT32_MAX; /* each area has some flag */
    const struct {
        uint32_t flag;
        const char *letters;
    } names[] = {
        {AREA_READ, "rd"},
        {AREA_WRITE, "wr"},
        {AREA_EXEC, "ex"},
        {AREA_SHARED, "sh"},
        {AREA_MAY_READ, "mr"},
        {AREA_MAY_WRITE, "mw"},
        {AREA_MAY_EXEC, "me"},
        {AREA_MAY_SHARE, "ms"},
        {AREA_GROWSDOWN, "gd"},
        {AREA_LOCKED, "lo"},
        {AREA_SEQUENTIAL, "sr"},
        {AREA_RANDOM, "rr"},
        {AREA_DONTFORK, "dc"},
        {AREA_NO_MERGE, "de"},
        {AREA_LOCK_ON_FAULT, "lf"},
        {AREA_ACCOUNT, "ac"},
        {AREA_NORESERVE, "nr"},
        {AREA_HUGETLB, "ht"},
        {AREA_WIPEONFORK, "wf"},
        {AREA_DONTDUMP, "dd"},
        {any, "sd"},
        {AREA_HUGEPAGE, "hg"},
        {AREA_NOHUGEPAGE, "nh"},
        {AREA_MERGEABLE, "mg"},
    };

    seq_print(text, "VmFlags: ");
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if ((flags & names[i].flag) != 0) {
            seq_print(text, "%s ", names[i].letters);
        }
    }
    seq_print(text, "\n");
}

static void print_area(struct seq_text *text, const struct vma *area,
                       struct aspace *aspace)
{
    bool is_huge = (area->flags & AREA_HUGETLB) != 0;
    uint64_t page = is_huge ? LARGE_PAGE_SIZE : PAGE_SIZE;
    struct aspace_usage usage = {0};

    aspace_usage_add(aspace, area, &usage);
    proc_print_area(text, area, aspace);
    proc_print_pages(text, "Size:", area_pages(area));
    proc_print_kib(text, "KernelPageSize:", page);
    proc_print_kib(text, "MMUPageSize:", page);
    print_resident(text, &usage, SUBJECT_AREA);
    seq_print(text, "THPeligible:    %d\n", may_have_large_page(area));
    print_flags(text, area->flags);
}

bool proc_smaps(struct seq_text *text, const struct process *process,
                uint64_t *key)
{
    return proc_area_record(text, process, key, print_area);
}

void proc_smaps_rollup(struct seq_text *text, const struct process *process)
{
    struct aspace *aspace = process->aspace;
    const struct vma *first = aspace == NULL ? NULL : aspace->areas.first;
    struct aspace_usage usage = {0};
    size_t line_start = text->end;

    if (first == NULL) {
        return;
    }
    aspace_usage_add_all(aspace, &usage);
    seq_print(text, "%08llx-%08llx ---p 00000000 00:00 0 ",
              (unsigned long long)first->start,
              (unsigned long long)aspace->areas.last->end);
    proc_pad_to_name(text, line_start);
    seq_print(text, "[rollup]\n");
    print_resident(text, &usage, SUBJECT_ALL);
}
