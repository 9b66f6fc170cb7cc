/* sh: what of memory one program shows, for map PID: its areas by
 * /proc/PID/maps, and where their pages are by /proc/PID/pagemap. */
#include "kernel/abi/bytemap.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/pagemap.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define FRAMES_PER_PAGE (BYTE_MAP_PAGE_SIZE / PAGE_SIZE)
#define WORDS           512
#define TEXT_SIZE       4096

static void count_frames(struct owned *owned, const uint64_t *words,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t page = (words[i] & PAGEMAP_FRAME) / FRAMES_PER_PAGE;
        if ((words[i] & PAGEMAP_PRESENT) != 0 && page < owned->pages) {
            owned->frames[page]++;
        }
    }
}

/* Counts the frames of the area [START, END). Returns 0 or an error. */
static long count_area(struct owned *owned, int pagemap, uint64_t start,
                       uint64_t end)
{
    uint64_t words[WORDS];
    uint64_t page = start / PAGE_SIZE;
    while (page < end / PAGE_SIZE && !run_is_interrupted()) {
        uint64_t left = end / PAGE_SIZE - page;
        size_t count = left < WORDS ? left : WORDS;
        long size = __syscall4(SYS(pread64), pagemap, (long)words,
                               (long)(count * PAGEMAP_UNIT),
                               (long)(page * PAGEMAP_UNIT));
        if (size <= 0) {
            return size;
        }
        count_frames(owned, words, (size_t)size / PAGEMAP_UNIT);
        page += (uint64_t)size / PAGEMAP_UNIT;
    }
    return 0;
}

/* A line of maps while its letters come in: "START-END rwxp ...". */
struct line {
    uint64_t start;
    uint64_t number; /* the one that comes in */
    bool has_area;   /* START and END are known */
};

/* Returns whether LETTER ends the area of LINE, [start, number). */
static bool take_letter(struct line *line, char letter)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = strchr(digits, letter);
    if (letter == '\n') {
        *line = (struct line){0};
    } else if (line->has_area) {
        return false;
    } else if (letter == '-') {
        line->start = line->number;
        line->number = 0;
    } else if (letter == ' ') {
        line->has_area = true;
        return true;
    } else if (digit != NULL) {
        line->number = line->number << 4 | (uint64_t)(digit - digits);
    }
    return false;
}

static long count_areas(struct owned *owned, int maps, int pagemap)
{
    char text[TEXT_SIZE];
    struct line line = {0};
    long size;
    long error = 0;
    while (error == 0 && (size = read(maps, text, sizeof(text))) != 0) {
        if (is_error(size)) {
            return size;
        }
        for (long i = 0; i < size && error == 0; i++) {
            if (take_letter(&line, text[i])) {
                error = count_area(owned, pagemap, line.start, line.number);
            }
        }
    }
    return error;
}

long owned_count(struct owned *owned, const char *pid)
{
    char path[SH_PATH_MAX];
    if (!process_file(pid, "/maps", path)) {
        return -ENOENT;
    }
    long maps = open_file(path);
    if (is_error(maps)) {
        return maps;
    }
    (void)process_file(pid, "/pagemap", path);
    long pagemap = open_file(path);
    long error = is_error(pagemap)
                     ? pagemap
                     : count_areas(owned, (int)maps, (int)pagemap);
    close((int)pagemap);
    close((int)maps);
    return error;
}
