/* sh: frag, which shows how contiguous free memory is:
 *
 *     in a row:      runs  of free large pages, by length: ...
 *              1         2       4 MiB
 *             64         1     214 MiB  ######################################
 *
 * The bars are what the runs of a row have of all free memory. */
#include "kernel/abi/bytemap.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define BYTE_MAP   "/proc/bytemap"
#define ROWS       48 /* row N: of 2^N large pages and more */
#define BAR_LENGTH 40
#define PAGE_MIB   (BYTE_MAP_PAGE_SIZE / 1024 / 1024)

struct runs {
    uint64_t count[ROWS];
    uint64_t pages[ROWS];
    uint64_t all; /* free pages */
    uint64_t longest;
    uint64_t longest_start; /* the page it begins with */
};

static void end_run(struct runs *runs, uint64_t length, uint64_t end)
{
    if (length == 0) {
        return;
    }
    unsigned row = 63 - (unsigned)__builtin_clzl(length);
    runs->count[row]++;
    runs->pages[row] += length;
    runs->all += length;
    if (length > runs->longest) {
        runs->longest = length;
        runs->longest_start = end - length;
    }
}

static long read_runs(struct runs *runs)
{
    uint8_t bytes[4096];
    uint64_t page = 0;
    uint64_t length = 0;
    long file = open_file(BYTE_MAP);
    if (is_error(file)) {
        return file;
    }
    long size;
    while ((size = read((int)file, bytes, sizeof(bytes))) > 0) {
        for (long i = 0; i < size; i++, page++) {
            if ((bytes[i] & (BYTE_MAP_FREE | BYTE_MAP_HELD)) != 0) {
                length++;
                continue;
            }
            end_run(runs, length, page);
            length = 0;
        }
    }
    end_run(runs, length, page);
    close((int)file);
    return size;
}

static void print_row(const struct runs *runs, unsigned row)
{
    char bar[BAR_LENGTH + 1];
    uint64_t first = (uint64_t)1 << row;
    uint64_t length = runs->pages[row] * BAR_LENGTH / runs->all;

    memset(bar, '#', sizeof(bar));
    bar[length] = '\0';
    printf("%10lu %9lu %7lu MiB%s%s\n", first, runs->count[row],
           runs->pages[row] * PAGE_MIB, length > 0 ? "  " : "", bar);
}

int builtin_frag(int count, char **words)
{
    (void)count;
    (void)words;
    struct runs runs = {0};
    long error = read_runs(&runs);
    if (is_error(error)) {
        return report_error(BYTE_MAP, error);
    }
    printf("in a row:      runs  of free large pages, by length: row N has "
           "those of N to 2N-1\n");
    for (unsigned row = 0; row < ROWS && runs.longest >> row != 0; row++) {
        print_row(&runs, row);
    }
    printf("free: %lu MiB, of it %lu MiB in one run, from 0x%012lx on\n",
           runs.all * PAGE_MIB, runs.longest * PAGE_MIB,
           runs.longest_start * BYTE_MAP_PAGE_SIZE);
    return SH_SUCCESS;
}
