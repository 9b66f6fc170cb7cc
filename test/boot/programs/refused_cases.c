/* Calls that the kernel has to refuse, or to do nothing for, and what is there
 * afterwards: as much memory as before, and nothing else either.
 * `refused_cases CASE` ends with 0, or with the line of what is wrong. */
#define _GNU_SOURCE /* mremap */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define PAGE       4096ul
#define MIB        (1024 * 1024ul)
#define GIB        (1024 * MIB)
#define TIB        (1024 * GIB)
#define LARGE      (2 * MIB)
#define READ_WRITE (PROT_READ | PROT_WRITE)
#define NORMAL     (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define SHARED     (MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE)
#define HUGE       (MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB)

/* Page tables that the kernel keeps for next time. */
#define KEPT_MAX   (4 * PAGE)

/* Addresses with a pdpt of their own. */
#define HERE       ((char *)0x200000000000)
#define THERE      ((char *)0x500000000000)

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            _exit(__LINE__);                                                   \
        }                                                                      \
    } while (0)

static size_t free_memory(void)
{
    struct sysinfo info;

    CHECK(sysinfo(&info) == 0);
    return info.freeram * info.mem_unit;
}

static char *map(void *at, size_t size, int flags)
{
    int fixed = at != NULL ? MAP_FIXED : 0;

    return mmap(at, size, READ_WRITE, flags | fixed, -1, 0);
}

/* Takes all memory, and gives FRAMES back. */
static char *eat(size_t size, size_t frames)
{
    char *all = map(NULL, size, NORMAL);

    CHECK(all != MAP_FAILED);
    CHECK(madvise(all, size, MADV_NOHUGEPAGE) == 0);
    CHECK(madvise(all, size, MADV_POPULATE_WRITE) != 0);
    CHECK(frames == 0 || madvise(all, frames * PAGE, MADV_DONTNEED) == 0);
    return all;
}

/* A shared object shows pages of which each number, cut to the bits that index
 * a page table, is one of its own: none of these is touched by what happens
 * behind its end. */
static void aliases(void)
{
    enum {
        PAGES = 16
    };
    char *own = map(NULL, 2 * PAGES * PAGE, SHARED);
    char *behind = own + PAGES * PAGE;
    unsigned char there;

    memset(own, 1, PAGES * PAGE);
    for (unsigned bit = 9; bit < 51; bit++) {
        CHECK(syscall(SYS_remap_file_pages, behind, PAGES * PAGE, 0, 1ul << bit,
                      0) == 0);
        CHECK(mincore(behind, PAGE, &there) == 0 && there == 0);
        CHECK(madvise(behind, PAGES * PAGE, MADV_REMOVE) == 0);
        CHECK(madvise(behind, PAGE, MADV_POPULATE_WRITE) != 0);
        for (size_t i = 0; i < PAGES; i++) {
            CHECK(own[i * PAGE] == 1);
        }
    }
    CHECK(syscall(SYS_remap_file_pages, behind, PAGES * PAGE, 0, 1ul << 52,
                  0) != 0);
}

/* An area of a file goes up and up, until its page's number in bytes would be
 * that of the file's first byte. */
static void file_aliases(void)
{
    const size_t step = 32 * TIB;
    const uint64_t last = INT64_MAX - step;
    int file = open("/refused_cases", O_RDONLY);
    char *at = HERE;
    uint64_t offset = last & -step;

    CHECK(mmap(at, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file,
               (off_t)offset) == at);
    for (; offset != 0; offset += step) {
        CHECK(mremap(at, PAGE, step + PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
                     THERE) == THERE);
        CHECK(munmap(THERE, step) == 0);
        CHECK(mremap(THERE + step, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
                     at) == at);
    }
    CHECK(madvise(at, PAGE, MADV_POPULATE_READ) != 0 && errno == EFAULT);
}

/* The tables for it would take all memory. */
static void huge_tables(void)
{
    size_t before = free_memory();

    for (size_t size = 64 * MIB; size <= 64 * TIB; size *= 2) {
        CHECK(map(NULL, size, HUGE) == MAP_FAILED && errno == ENOMEM);
        CHECK(free_memory() + KEPT_MAX >= before);
    }
}

/* Large pages are there, and no frame for a table. */
static void huge_without_tables(void)
{
    char *large = map(NULL, LARGE, HUGE);

    CHECK(large != MAP_FAILED);
    char *all = eat(16 * GIB, 0);
    CHECK(munmap(large, LARGE) == 0);
    for (int i = 0; i < 3; i++) {
        size_t before = free_memory();
        CHECK(map(THERE, LARGE, HUGE) == MAP_FAILED || free_memory() > 0);
        munmap(THERE, LARGE);
        CHECK(free_memory() + KEPT_MAX >= before);
    }
    CHECK(munmap(all, 16 * GIB) == 0);
}

/* mremap finds no memory for all its tables: what it made is no hindrance. */
static void remap_tables(void)
{
    const size_t size = 4 * GIB;
    char *source = map(HERE, size, NORMAL);

    CHECK(madvise(source, size, MADV_NOHUGEPAGE) == 0);
    for (size_t i = 0; i < size; i += LARGE) {
        source[i] = 1;
    }
    char *all = eat(16 * GIB, 200);
    for (int i = 0; i < 3; i++) {
        size_t before = free_memory();
        CHECK(mremap(source, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
                     THERE) == MAP_FAILED &&
              errno == ENOMEM);
        CHECK(free_memory() + KEPT_MAX >= before);
    }
    CHECK(munmap(all, 16 * GIB) == 0);
    CHECK(map(THERE, LARGE, HUGE) == THERE && THERE[0] == 0);
    CHECK(munmap(THERE, LARGE) == 0);
    for (size_t i = 0; i < size; i += LARGE) {
        CHECK(source[i] == 1);
    }
    CHECK(mremap(source, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, THERE) ==
          THERE);
    CHECK(THERE[LARGE] == 1);
}

/* Lack of a page of code would kill the program. */
static void touch_code(void)
{
    CHECK(mlockall(MCL_CURRENT) == 0);
    CHECK(munlockall() == 0);
}

/* Out of the middle of one area, page by page, until areas can't be had. */
static void remap_nodes(int flags, unsigned lock)
{
    const size_t size = 256 * MIB;
    char *to = THERE;
    void *moved;

    touch_code();
    char *source = map(HERE, size, NORMAL);
    CHECK(lock == 0 || mlock2(source, size, lock) == 0);
    eat(16 * GIB, 1);
    for (size_t i = PAGE; i < size; i += 2 * PAGE) {
        moved = mremap(source + i, PAGE, PAGE,
                       MREMAP_MAYMOVE | MREMAP_FIXED | flags, to + i);
        if (moved == MAP_FAILED) {
            CHECK(errno == ENOMEM);
            return;
        }
    }
    CHECK(0);
}

static void remap_without_nodes(void)
{
    remap_nodes(0, 0);
}

/* Locked: with MREMAP_DONTUNMAP each part becomes an area of its own first. */
static void remap_locked_without_nodes(void)
{
    remap_nodes(MREMAP_DONTUNMAP, MLOCK_ONFAULT);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"aliases", aliases},
    {"file_aliases", file_aliases},
    {"huge_tables", huge_tables},
    {"huge_without_tables", huge_without_tables},
    {"remap_tables", remap_tables},
    {"remap_without_nodes", remap_without_nodes},
    {"remap_locked_without_nodes", remap_locked_without_nodes},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc == 2 && strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return EXIT_SUCCESS;
        }
    }
    return EXIT_FAILURE;
}
