/* /proc/framemap, what each frame of RAM is; and /proc/PID/frames, where the
 * memory of a process and its page tables are. */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "mm/aspace_page.h"
#include "mm/frame.h"
#include "mm/page_table.h"

size_t proc_framemap(const struct process *process, size_t offset, void *to,
                     size_t size)
{
    (void)process;
    uint8_t *bytes = to;
    size_t total = byte_map_page_count() * FRAMES_PER_LARGE_PAGE;
    bool is_shown = proc_may_see_frames() && offset < total;
    size_t count = is_shown ? MIN(size, total - offset) : 0;

    for (size_t i = 0; i < count; i++) {
        bytes[i] = frame_state(offset + i);
    }
    return count;
}

/* [START, END) by what is at MEMORY. */
static void print_range(struct seq_text *text, uaddr_t start, uaddr_t end,
                        paddr_t memory)
{
    paddr_t shown = proc_may_see_frames() ? memory : 0;

    seq_print(text, "%08llx-%08llx %012llx ", (unsigned long long)start,
              (unsigned long long)end, (unsigned long long)shown);
}

/* "START-END MEMORY TABLE": the tables on the way to RUN that have nothing for
 * addresses before it, from FIRST on. */
static void print_tables(struct seq_text *text, const struct aspace *aspace,
                         uaddr_t first, const struct aspace_run *run)
{
    static const char *const names[] = {"pml4", "pdpt", "pd", "pt"};
    uint64_t path[PT_LEVELS];
    paddr_t table = aspace->root;

    page_table_path(aspace->root, run->start, path);
    for (unsigned i = 0; i <= PT_LEVELS - run->level; i++) {
        uint64_t span = pt_entry_span(PT_LEVELS - i) * PT_ENTRIES;
        uaddr_t start = align_down(run->start, span);
        if (first <= start) {
            print_range(text, start, start + span, table);
            seq_print(text, "%s\n", names[i]);
        }
        table = path[i] & PTE_ADDRESS;
    }
}

/* "START-END MEMORY SIZE RIGHTS WHOSE": pages of that size. */
static void print_run(struct seq_text *text, const struct aspace_run *run)
{
    static const char *const sizes[] = {"4k", "2m", "1g"};
    static const char *const whose[] = {
        [ASPACE_MEMORY_OWN] = "own",
        [ASPACE_MEMORY_SHARED] = "shared",
        [ASPACE_MEMORY_OBJECT] = "object",
        [ASPACE_MEMORY_ZEROS] = "zeros",
        [ASPACE_MEMORY_UNTOUCHED] = "untouched",
    };
    bool is_present = (run->bits & PTE_PRESENT) != 0;

    print_range(text, run->start, run->end, run->memory);
    seq_print(
        text, "%s %c%c%c %s\n", sizes[run->level - 1], is_present ? 'r' : '-',
        is_present && (run->bits & PTE_WRITE) != 0 ? 'w' : '-',
        is_present && (run->bits & PTE_NX) == 0 ? 'x' : '-', whose[run->whose]);
}

/* The key of a run is an address at which it does not end yet. */
bool proc_frames(struct seq_text *text, const struct process *process,
                 uint64_t *key)
{
    struct aspace_run run;

    if (process->aspace == NULL ||
        !aspace_next_run(process->aspace, *key, &run)) {
        return false;
    }
    print_tables(text, process->aspace, *key, &run);
    print_run(text, &run);
    *key = run.end;
    return true;
}
