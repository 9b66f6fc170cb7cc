/* /proc/freeruns: how contiguous free memory is. Linux has buddyinfo for that;
 * here a run needs no alignment. */
#include "kernel/lib.h"
#include "kernel/proc/proc_priv.h"
#include "mm/frame.h"

/* Free runs by their length: those of 2^N to 2^(N+1) - 1 are in row N. */
#define ROWS_MAX 32

struct free_run_rows {
    size_t runs[ROWS_MAX];
    size_t pages[ROWS_MAX];
    size_t longest;
    size_t longest_page; /* where it begins */
};

static bool is_free(size_t page)
{
    return (byte_map_state(page) & (BYTE_MAP_FREE | BYTE_MAP_HELD)) != 0;
}

static size_t run_length(size_t page)
{
    size_t end = page;
    while (end < byte_map_page_count() && is_free(end)) {
        end++;
    }
    return end - page;
}

static unsigned row_of(size_t length)
{
    unsigned log2 = 63 - (unsigned)__builtin_clzll(length);
    return MIN(log2, ROWS_MAX - 1u);
}

static void count_runs(struct free_run_rows *rows)
{
    size_t length;

    for (size_t page = 0; page < byte_map_page_count(); page += length + 1) {
        length = run_length(page);
        if (length == 0) {
            continue;
        }
        unsigned row = row_of(length);
        rows->runs[row]++;
        rows->pages[row] += length;
        if (length > rows->longest) {
            rows->longest = length;
            rows->longest_page = page;
        }
    }
}

void proc_freeruns(struct seq_text *text, const struct process *process)
{
    (void)process;
    struct free_run_rows rows = {0};

    count_runs(&rows);
    seq_print(text,
              "runs of free large pages (%llu kB each) by length: row N "
              "has those of N to 2N-1\n%8s %8s %8s\n",
              (unsigned long long)(LARGE_PAGE_SIZE / KIB), "length", "runs",
              "pages");
    for (unsigned i = 0; i < ROWS_MAX && 1ull << i <= rows.longest; i++) {
        seq_print(text, "%8llu %8zu %8zu\n", 1ull << i, rows.runs[i],
                  rows.pages[i]);
    }
    seq_print(text, "longest run: %zu at 0x%llx\n", rows.longest,
              (unsigned long long)rows.longest_page << LARGE_PAGE_SHIFT);
    seq_print(text, "free frames in split large pages: %zu\n",
              frame_free_count());
}
