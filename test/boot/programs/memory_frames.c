/* Compares Brix' /proc/PID/frames and /proc/framemap with pagemap and pagewalk,
 * which are asked for one page after the other. Brix alone has them. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096ull
#define LARGE_PAGE (512 * PAGE)
#define PRESENT    (1ull << 63)
#define FRAME      ((1ull << 55) - 1)
#define ADDRESS    0x000ffffffffff000ull
#define BOTH       (PROT_READ | PROT_WRITE)
#define WALK       4
#define STATE_USED 2 /* kernel/abi/bytemap.h */
#define STATE_MASK 0x3f
#define PAGES      32 /* in the small area */

static int pagemap, pagewalk, framemap;
static unsigned failures;

static void expect(const char *rule, int is_so, uint64_t address)
{
    if (!is_so) {
        failures++;
        printf("%s: not at %llx\n", rule, (unsigned long long)address);
    }
}

static void get(int file, void *to, size_t size, uint64_t offset)
{
    if (pread(file, to, size, offset) != (ssize_t)size) {
        perror("pread");
        exit(EXIT_FAILURE);
    }
}

struct line {
    unsigned long long start, end, memory;
    char size[16], rights[16], whose[16];
};

static int next_line(FILE *frames, struct line *line)
{
    char text[256];

    memset(line, 0, sizeof(*line));
    return fgets(text, sizeof(text), frames) != NULL &&
           sscanf(text, "%llx-%llx %llx %15s %15s %15s", &line->start,
                  &line->end, &line->memory, line->size, line->rights,
                  line->whose) >= 4;
}

static void check_page(const struct line *line, uint64_t at)
{
    uint64_t word, memory = line->memory + (at - line->start);
    uint8_t state;

    get(pagemap, &word, sizeof(word), at / PAGE * sizeof(word));
    get(framemap, &state, 1, memory / PAGE);
    expect("pagemap has the frame", (word & FRAME) == memory / PAGE, at);
    expect("it is present", (word & PRESENT) != 0, at);
    expect("it is used", (state & STATE_MASK) == STATE_USED, at);
}

/* The tables that lead to where LINE begins, in the order of its walk. */
static void check_table(const struct line *line, unsigned level)
{
    uint64_t path[WALK];

    get(pagewalk, path, sizeof(path), line->start / PAGE * sizeof(path));
    if (level > 0 && path[level - 1] != 0) {
        expect("pagewalk has the table",
               (path[level - 1] & ADDRESS) == line->memory, line->start);
    }
}

static unsigned long long check_lines(void)
{
    static const char *const tables[] = {"pml4", "pdpt", "pd", "pt"};
    unsigned long long pages = 0, last = 0;
    struct line line;
    FILE *frames = fopen("/proc/self/frames", "r");

    while (next_line(frames, &line)) {
        unsigned level = 0;
        while (level < WALK && strcmp(line.size, tables[level]) != 0) {
            level++;
        }
        if (level < WALK) {
            check_table(&line, level);
            continue;
        }
        expect("lines follow each other", line.start >= last, line.start);
        last = line.end;
        pages += (line.end - line.start) / PAGE;
        for (uint64_t at = line.start; at < line.end; at += PAGE) {
            check_page(&line, at);
        }
    }
    fclose(frames);
    return pages;
}

/* What pagemap says is present of all areas. */
static unsigned long long count_present(void)
{
    unsigned long long start, end, pages = 0;
    char text[512];
    FILE *maps = fopen("/proc/self/maps", "r");

    while (fgets(text, sizeof(text), maps) != NULL) {
        if (sscanf(text, "%llx-%llx", &start, &end) != 2) {
            continue;
        }
        for (; start < end; start += PAGE) {
            uint64_t word;
            get(pagemap, &word, sizeof(word), start / PAGE * sizeof(word));
            pages += (word & PRESENT) != 0;
        }
    }
    fclose(maps);
    return pages;
}

/* How many of SIZE bytes from AREA on are WHOSE. */
static unsigned count(const char *area, size_t size, const char *whose)
{
    unsigned pages = 0;
    struct line line;
    FILE *frames = fopen("/proc/self/frames", "r");

    while (next_line(frames, &line)) {
        for (uint64_t at = line.start;
             at < line.end && strcmp(line.whose, whose) == 0; at += PAGE) {
            pages += at - (uintptr_t)area < size;
        }
    }
    fclose(frames);
    return pages;
}

static void show(const char *what, const char *area, size_t size)
{
    printf("%-22s own %4u, shared %4u, object %4u, zeros %4u\n", what,
           count(area, size, "own"), count(area, size, "shared"),
           count(area, size, "object"), count(area, size, "zeros"));
}

static char *map(size_t size, int flags)
{
    char *area = mmap(NULL, size, BOTH, MAP_ANONYMOUS | flags, -1, 0);
    if (area == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return area;
}

static void forked(char *area)
{
    fflush(stdout);
    if (fork() == 0) {
        show("forked, in the child", area, PAGES * PAGE);
        memset(area, 2, 3 * PAGE);
        show("and 3 are written", area, PAGES * PAGE);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    memset(area, 3, PAGES * PAGE);
    show("the child is gone", area, PAGES * PAGE);
}

static void expect_no_addresses(const char *path)
{
    struct line line;
    FILE *frames = fopen(path, "r");
    while (frames != NULL && next_line(frames, &line)) {
        expect("no physical address is shown", line.memory == 0, line.start);
    }
}

/* Nobody else learns where memory is. */
static void unprivileged(void)
{
    char state;
    if (setuid(1000) != 0) {
        perror("setuid");
    }
    expect_no_addresses("/proc/self/frames");
    expect_no_addresses("/proc/1/frames");
    int file = open("/proc/framemap", O_RDONLY);
    expect("framemap is root's", file < 0 || read(file, &state, 1) <= 0, 0);
}

int main(void)
{
    char *small = map(PAGES * PAGE, MAP_PRIVATE);
    char *shared = map(8 * PAGE, MAP_SHARED);
    char *large = map(3 * LARGE_PAGE, MAP_PRIVATE);
    large += LARGE_PAGE - (uintptr_t)large % LARGE_PAGE;

    pagemap = open("/proc/self/pagemap", O_RDONLY);
    pagewalk = open("/proc/self/pagewalk", O_RDONLY);
    framemap = open("/proc/framemap", O_RDONLY);
    (void)*(volatile char *)small;
    show("read", small, PAGES * PAGE);
    memset(small, 1, PAGES * PAGE);
    memset(shared, 1, 5 * PAGE);
    memset(large, 1, LARGE_PAGE);
    show("written", small, PAGES * PAGE);
    show("shared memory", shared, 8 * PAGE);
    show("a large page", large, LARGE_PAGE);
    check_lines(); /* what it needs itself is in memory then */
    unsigned long long lines = check_lines();
    expect("all that is present is there", lines == count_present(), lines);
    forked(small);
    unprivileged();
    printf("%u rules broken\n", failures);
    return failures != 0;
}
