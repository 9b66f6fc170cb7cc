/* Programs that end in the middle of things, each with memory of all kinds:
 * what is theirs must come back. `leak_cases CASE`. */
#define _GNU_SOURCE /* mremap */

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGE    4096ul
#define MIB     (1024 * 1024ul)
#define LARGE   (2 * MIB)
#define RAM_MAX (128 * MIB) /* the machine has less */
#define NORMAL  (MAP_PRIVATE | MAP_ANONYMOUS)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static char *map(size_t size, int flags)
{
    char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

static void touch(char *start, size_t size, size_t step)
{
    for (size_t i = 0; i < size; i += step) {
        ((volatile char *)start)[i] = 1;
    }
}

static char *map_touched(size_t size, int flags)
{
    char *start = map(size, flags);
    touch(start, size, PAGE);
    return start;
}

/* Large pages whole and split, pages of one kind between those of another. */
static void mix(void)
{
    char *large = map_touched(8 * MIB, NORMAL);
    munmap(large + MIB, PAGE);
    mprotect(large + 4 * MIB + PAGE, PAGE, PROT_NONE);
    madvise(large + 6 * MIB, 5 * PAGE, MADV_DONTNEED);
    map_touched(3 * MIB + 5 * PAGE, NORMAL);
    map_touched(MIB, MAP_SHARED | MAP_ANONYMOUS);
    mlock(map(MIB, NORMAL), MIB);
    for (int i = 0; i < 200; i++) {
        mprotect(map_touched(2 * PAGE, NORMAL), PAGE, PROT_READ);
    }
    touch(sbrk(MIB), MIB, PAGE);
}

static void end_by_fault(void)
{
    mix();
    *(volatile int *)8 = 1;
}

static void end_by_kill(void)
{
    mix();
    kill(getpid(), SIGKILL);
}

static void remap(void)
{
    char *start = map_touched(8 * MIB, NORMAL);
    char *place = map(32 * MIB, NORMAL);

    start = mremap(start, 8 * MIB, 12 * MIB, MREMAP_MAYMOVE);
    touch(start, 12 * MIB, PAGE);
    start = mremap(start, 12 * MIB, 12 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED,
                   place + PAGE);
    start = mremap(start, 12 * MIB, 5 * MIB, 0);
    mremap(start + PAGE, 3 * MIB, 3 * MIB, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
    touch(start, 5 * MIB, PAGE);
    mremap(place, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, start + 2 * MIB);
}

static void share(void)
{
    char *start = map_touched(3 * MIB, MAP_SHARED | MAP_ANONYMOUS);
    char *again = mremap(start, 0, 3 * MIB, MREMAP_MAYMOVE);

    touch(again, 3 * MIB, PAGE);
    munmap(start, MIB);
    mremap(again, 3 * MIB, 6 * MIB, MREMAP_MAYMOVE);
    again = map(LARGE, MAP_SHARED | MAP_ANONYMOUS); /* never touched */
    mremap(again, 0, LARGE, MREMAP_MAYMOVE);
}

static void take_huge_pages(void)
{
    char *start = map(4 * LARGE, NORMAL | MAP_HUGETLB);
    if (start != NULL) {
        touch(start, 3 * LARGE, LARGE);
        munmap(start + LARGE, LARGE);
    }
}

/* The files of the initrd that look like programs and are none. */
static void exec_broken(void)
{
    static char *arguments[] = {"x", NULL};
    char path[] = "/broken0";

    mix();
    for (; path[7] <= '9'; path[7]++) {
        execve(path, arguments, arguments + 1);
    }
}

/* execve with more than there may be: copied in part before that is seen. */
static void exec_too_long(void)
{
    static char *arguments[3000];
    char *word = map_touched(100 * 1024, NORMAL);

    memset(word, 'x', 100 * 1024 - 1);
    word[100 * 1024 - 1] = '\0';
    for (size_t i = 0; i < 2999; i++) {
        arguments[i] = word;
    }
    mix();
    execve("/proc/self/exe", arguments, arguments + 2999);
    arguments[40] = (char *)8; /* nothing is there */
    execve("/proc/self/exe", arguments, arguments + 2999);
}

/* Nothing is left for the new program, or for its stack. */
static void exec_without_memory(void)
{
    static char *arguments[] = {"/leak_cases", "fault", NULL};

    for (size_t i = 0; i < RAM_MAX; i += LARGE) {
        map(LARGE, NORMAL | MAP_POPULATE);
    }
    for (size_t i = 0; i < 2 * LARGE; i += PAGE) {
        map(PAGE, NORMAL | MAP_POPULATE);
    }
    execve(arguments[0], arguments, arguments + 2);
}

/* The memory was promised, and is not there. */
static void touch_until_killed(void)
{
    char *start = map(8 * RAM_MAX, NORMAL | MAP_NORESERVE);
    touch(start, 8 * RAM_MAX, PAGE);
}

/* Page tables and a page for each large page of addresses. */
static void touch_far_apart(void)
{
    const size_t size = 64ul * 8 * RAM_MAX;
    char *start = map(size, NORMAL | MAP_NORESERVE);
    madvise(start, size, MADV_NOHUGEPAGE);
    touch(start, size, LARGE);
}

/* Single pages become large ones, until there is none; and again, in part. */
static void collapse(void)
{
    char *start = map(RAM_MAX, NORMAL | MAP_NORESERVE);
    madvise(start, RAM_MAX, MADV_NOHUGEPAGE);
    touch(start, RAM_MAX, LARGE / 4);
    madvise(start, RAM_MAX, MADV_HUGEPAGE);
    madvise(start, RAM_MAX, MADV_COLLAPSE);
    munmap(start + 5 * PAGE, PAGE);
    madvise(start, 4 * LARGE, MADV_COLLAPSE);
}

static void share_until_killed(void)
{
    char *start = map(8 * RAM_MAX, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE);
    touch(start, 8 * RAM_MAX, PAGE);
}

static void brk_until_refused(void)
{
    struct rlimit limit = {RAM_MAX, RAM_MAX};

    setrlimit(RLIMIT_DATA, &limit);
    touch(sbrk(8 * MIB), 8 * MIB, PAGE);
    while (sbrk(4 * MIB) != (void *)-1) {
    }
    while (sbrk(PAGE) != (void *)-1) {
    }
}

/* More at once than there is can't be promised. */
static void mmap_until_refused(void)
{
    size_t size = 8 * MIB;
    for (; map(size, NORMAL) != NULL; size *= 2) {
        map_touched(size / 8, NORMAL);
    }
}

static void areas_until_refused(void)
{
    int rights = PROT_NONE;
    while (mmap(NULL, PAGE, rights, NORMAL, -1, 0) != MAP_FAILED) {
        rights ^= PROT_READ;
    }
}

static void open_all(void)
{
    while (open("/proc/self/maps", O_RDONLY) >= 0) {
    }
    mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, open("/leak_cases", O_RDONLY),
         0);
}

/* The child outlives us. */
static void leave_a_child(void)
{
    static char *arguments[] = {"/leak_cases", "fault", NULL};

    for (int i = 0; i < 3; i++) {
        if (vfork() == 0) {
            execve(arguments[0], arguments, arguments + 2);
            _exit(EXIT_FAILURE);
        }
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"fault", end_by_fault},
    {"kill", end_by_kill},
    {"remap", remap},
    {"share", share},
    {"huge", take_huge_pages},
    {"exec_broken", exec_broken},
    {"exec_too_long", exec_too_long},
    {"exec_without_memory", exec_without_memory},
    {"touch_until_killed", touch_until_killed},
    {"touch_far_apart", touch_far_apart},
    {"collapse", collapse},
    {"share_until_killed", share_until_killed},
    {"brk_until_refused", brk_until_refused},
    {"mmap_until_refused", mmap_until_refused},
    {"areas_until_refused", areas_until_refused},
    {"open_all", open_all},
    {"leave_a_child", leave_a_child},
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
