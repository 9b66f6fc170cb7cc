/* What /proc/PID/pagemap says of pages of all kinds. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096ul
#define LARGE_PAGE (512 * PAGE)
#define FRAME      ((1ull << 55) - 1)
#define ANONYMOUS  (MAP_PRIVATE | MAP_ANONYMOUS)
#define BOTH       (PROT_READ | PROT_WRITE)

/* So that each build's file has pages of data. */
static char data[8 * PAGE] __attribute__((aligned(PAGE))) = "data";
static char bss[4 * PAGE] __attribute__((aligned(PAGE)));

static int file;
static void *volatile nowhere = (void *)8;

static uint64_t word_of(const volatile void *at)
{
    uint64_t word = 0;
    if (pread(file, &word, sizeof(word), (uintptr_t)at / PAGE * 8) != 8) {
        perror("pread");
        exit(EXIT_FAILURE);
    }
    return word;
}

/* All but the frame, which is there or not. */
static void show(const char *what, const volatile void *at)
{
    uint64_t word = word_of(at);
    printf("%-36s %03x%s\n", what, (unsigned)(word >> 52 & ~7u),
           (word & FRAME) != 0 ? ", a frame" : "");
}

static char *map(size_t size, int prot, int flags)
{
    char *start = mmap(NULL, size, prot, flags, -1, 0);
    if (start == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return start;
}

static void anonymous(void)
{
    volatile char *area = map(4 * PAGE, BOTH, ANONYMOUS);
    madvise((void *)area, 4 * PAGE, MADV_NOHUGEPAGE);

    show("untouched", area);
    (void)area[0];
    show("read", area);
    area[0] = 1;
    show("written", area);
    show("beside it", area + PAGE);
    area[3 * PAGE] = 1;
    mprotect((void *)area, PAGE, PROT_NONE);
    show("PROT_NONE", area);
    madvise((void *)(area + 3 * PAGE), PAGE, MADV_DONTNEED);
    show("given back", area + 3 * PAGE);
    munmap((void *)area, 4 * PAGE);
    show("unmapped", area);

    area = map(2 * PAGE, BOTH, MAP_SHARED | MAP_ANONYMOUS);
    show("shared, untouched", area);
    area[0] = 1;
    show("shared, written", area);
}

static void of_files(void)
{
    volatile char *in_data = data + 2 * PAGE;

    show("data, written", in_data + (in_data[0] = 1));
    (void)*(volatile char *)(data + 5 * PAGE);
    show("data, read", data + 5 * PAGE);
    show("bss, untouched", bss + PAGE);
    bss[PAGE] = 1;
    show("bss, written", bss + PAGE);
}

static void large(void)
{
    char *room = map(4 * LARGE_PAGE, BOTH, ANONYMOUS);
    uintptr_t rest = (uintptr_t)room % LARGE_PAGE;
    char *area = room + (rest == 0 ? 0 : LARGE_PAGE - rest);

    madvise(area, LARGE_PAGE, MADV_HUGEPAGE);
    area[5 * PAGE] = 1;
    show("large, its first", area);
    show("large, its last", area + LARGE_PAGE - PAGE);
    uint64_t first = word_of(area) & FRAME;
    uint64_t last = word_of(area + LARGE_PAGE - PAGE) & FRAME;
    printf("aligned %d, together %d\n", first % 512 == 0, last == first + 511);
}

/* What a child shows of its parent's pages, before and behind a write. */
static void look_from_child(volatile char *area, uint64_t before)
{
    file = open("/proc/self/pagemap", O_RDONLY);
    printf("the same frame %d\n", (word_of(area) & FRAME) == (before & FRAME));
    show("child, shared", area);
    area[0] = 2;
    printf("the same frame %d\n", (word_of(area) & FRAME) == (before & FRAME));
    show("child, its own", area);
    show("child, not written", area + PAGE);
    fflush(stdout);
    _exit(0);
}

static void forked(void)
{
    volatile char *area = map(2 * PAGE, BOTH, ANONYMOUS);
    madvise((void *)area, 2 * PAGE, MADV_NOHUGEPAGE);
    area[0] = 1;
    area[PAGE] = 1;

    fflush(stdout);
    if (fork() == 0) {
        look_from_child(area, word_of(area));
    }
    wait(NULL);
    show("parent, alone again", area);
    show("parent, alone again", area + PAGE);
}

static void say(const char *what, long result)
{
    printf("%-36s %ld%s%s\n", what, result, result < 0 ? ", " : "",
           result < 0 ? strerror(errno) : "");
}

static void odd_reads(void)
{
    uint64_t words[4];
    off_t end = (sizeof(long) == 8 ? 1ll << (57 - 12) : 1ll << (32 - 12)) * 8;

    say("12 bytes", pread(file, words, 12, 0));
    say("at 4", pread(file, words, 8, 4));
    say("nothing", pread(file, words, 0, 0));
    say("nothing at 1", pread(file, words, 0, 1));
    say("behind the end", pread(file, words, 8, end));
    say("far behind the end", pread(file, words, 8, 1ll << 62));
    say("SEEK_END", lseek(file, 0, SEEK_END) == -1 ? -1 : 0);
    say("SEEK_SET", lseek(file, 16, SEEK_SET));
    say("nowhere", pread(file, nowhere, 8, 0));
    say("write", write(file, words, 8));
}

int main(void)
{
    file = open("/proc/self/pagemap", O_RDONLY);
    if (file < 0) {
        perror("/proc/self/pagemap");
        return EXIT_FAILURE;
    }
    anonymous();
    of_files();
    large();
    forked();
    odd_reads();
    return 0;
}
