/* Each allocation fails once. `fail_nth` runs all cases, each again and again:
 * first no allocation fails, then the first, the second, and so on until one
 * run was through before its turn came. Each run ends with an error, a signal,
 * or well, and leaves as much memory free as was before. It prints
 *
 *     CASE: allocation N: is one too many, all went well
 *
 * or which one brought what about. Nothing fails on Linux without
 * CONFIG_FAULT_INJECTION. */
#define _GNU_SOURCE /* mremap */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE       4096ul
#define LARGE      (2048 * 1024ul)
#define READ_WRITE (PROT_READ | PROT_WRITE)
#define NORMAL     (MAP_PRIVATE | MAP_ANONYMOUS)
/* Where all page tables have to be made first: a pdpt and a pd. */
#define FAR                                                                    \
    ((char *)(uintptr_t)(UINTPTR_MAX > UINT32_MAX ? 5ull << 44 : 1 << 30))

#define NTH_MAX      2000
#define SETTLE_TRIES 1000
#define POPULATE     23 /* MADV_POPULATE_WRITE, which is not in all libraries */
#define COLLAPSE     25 /* MADV_COLLAPSE, likewise */
#define NUMBER_SIZE  16

/* How a run ends: allocation N failed and the case stood it, it was not reached
 * (or there is nothing like it), or what a failed call left is wrong. */
#define EXIT_STRUCK  0
#define EXIT_THROUGH 77
#define EXIT_BROKEN  99

static char *const no_environment[] = {NULL};
static const char *self; /* the path of this program */

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            _exit(EXIT_BROKEN);                                                \
        }                                                                      \
    } while (0)

/* Whose first page is read and written, so that looking allocates nothing. */
static int fail_nth_file = -1;

static void arm(const char *nth)
{
    fail_nth_file = open("/proc/self/fail-nth", O_RDWR);
    if (fail_nth_file < 0) {
        _exit(EXIT_THROUGH);
    }
    CHECK(write(fail_nth_file, nth, strlen(nth)) == (ssize_t)strlen(nth));
}

/* Did one fail? The end of a child lets the kernel look at what this program
 * has, when it was told to validate. */
static int end(void)
{
    char text[NUMBER_SIZE] = "";

    if (vfork() == 0) {
        _exit(EXIT_SUCCESS);
    }
    CHECK(pread(fail_nth_file, text, sizeof(text) - 1, 0) > 0);
    return atoi(text) == 0 ? EXIT_STRUCK : EXIT_THROUGH;
}

static char *map(void *at, size_t size, int flags)
{
    int fixed = at != NULL ? MAP_FIXED : 0;
    char *got = mmap(at, size, READ_WRITE, flags | fixed, -1, 0);

    CHECK(got != MAP_FAILED || errno == ENOMEM);
    return got == MAP_FAILED ? NULL : got;
}

static int is_mapped(const char *at)
{
    unsigned char there;

    return mincore((void *)at, PAGE, &there) == 0;
}

/* An area in the middle of another: of neither is less there than before, or
 * all that was asked for is done. */
static void areas(void)
{
    char *all = map(NULL, 64 * PAGE, NORMAL);

    if (all == NULL) {
        return;
    }
    for (size_t i = PAGE; i < 60 * PAGE; i += 4 * PAGE) {
        int is_done = munmap(all + i, PAGE) == 0;
        CHECK(is_done || errno == ENOMEM);
        CHECK(is_mapped(all + i) == !is_done);
        (void)!mprotect(all + i + PAGE, PAGE, PROT_READ);
        (void)!mlock2(all + i + 2 * PAGE, PAGE, MLOCK_ONFAULT);
        (void)!madvise(all + i + 2 * PAGE, PAGE, MADV_RANDOM);
    }
    (void)!sbrk((intptr_t)(64 * PAGE));
    munmap(all, 64 * PAGE);
}

static void touches(void)
{
    char *large = map(NULL, 3 * LARGE, NORMAL);
    char *shared = map(NULL, 4 * PAGE, MAP_SHARED | MAP_ANONYMOUS);

    if (large != NULL) {
        (void)!madvise(large, 3 * LARGE, POPULATE);
        (void)!mprotect(large + LARGE / 2, LARGE, PROT_READ);
        (void)!munmap(large + LARGE / 2, PAGE);
        (void)!madvise(large, 3 * LARGE, COLLAPSE);
        (void)!madvise(large + PAGE, LARGE, MADV_DONTNEED);
        large[PAGE] = 1;
    }
    if (shared != NULL) {
        (void)!madvise(shared, 4 * PAGE, POPULATE);
        shared[PAGE] = 1;
        (void)!madvise(shared, 4 * PAGE, MADV_REMOVE);
    }
}

static void hugetlb(void)
{
    char *one = map(FAR, 2 * LARGE, NORMAL | MAP_HUGETLB);

    if (one == NULL) {
        return; /* with no trace, not even page tables */
    }
    one[LARGE] = 1;
    (void)!munmap(one + LARGE, LARGE);
    CHECK(one[0] == 0);
    char *two = map(NULL, LARGE, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB);
    if (two != NULL) {
        (void)!mremap(two, LARGE, LARGE, MREMAP_MAYMOVE | MREMAP_FIXED,
                      FAR + 8 * LARGE);
    }
}

static void mremap_(void)
{
    char *source = map(NULL, 4 * LARGE, NORMAL);
    char *to = FAR + PAGE;

    if (source == NULL) {
        return;
    }
    for (size_t i = 0; i < 4 * LARGE; i += LARGE) {
        source[i + PAGE] = 7;
    }
    int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
    char *now = mremap(source, 4 * LARGE, 4 * LARGE, flags, to);
    CHECK(now != MAP_FAILED || errno == ENOMEM);
    CHECK(is_mapped(now == MAP_FAILED ? source : to));
    CHECK(!is_mapped(now == MAP_FAILED ? to : source));
    now = now == MAP_FAILED ? source : now;
    for (size_t i = 0; i < 4 * LARGE; i += LARGE) {
        CHECK(now[i + PAGE] == 7);
    }
    (void)!mremap(now + LARGE, LARGE, LARGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
                  NULL);
    (void)!mremap(now, PAGE, 2 * LARGE, MREMAP_MAYMOVE, NULL);
}

static void on_signal(int number)
{
    (void)number;
}

/* The frame is written where nothing has been touched yet. */
static void signals(void)
{
    char *memory = map(NULL, 16 * PAGE, NORMAL);
    const stack_t stack = {.ss_sp = memory, .ss_size = 16 * PAGE};
    const struct sigaction action = {.sa_handler = on_signal,
                                     .sa_flags = SA_ONSTACK};

    if (memory != NULL && sigaltstack(&stack, NULL) == 0) {
        sigaction(SIGUSR1, &action, NULL);
        raise(SIGUSR1);
    }
}

static void proc(void)
{
    static const char *const names[] = {
        "/proc/self/maps",    "/proc/self/smaps", "/proc/self/status",
        "/proc/self/cmdline", "/proc/meminfo",    "/proc/freeruns",
        "/proc/self/fd",      "/dev/zero",        "/nothing"};
    char text[PAGE];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int file = open(names[i], O_RDONLY);
        for (int n = 0; file >= 0 && n < 3; n++) {
            (void)!read(file, text, sizeof(text));
        }
        mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0);
        close(file);
    }
}

static void children(void)
{
    for (int i = 0; i < 3; i++) {
        pid_t child = vfork();
        if (child == 0) {
            _exit(0);
        }
        CHECK(child > 0 || errno == ENOMEM || errno == EAGAIN);
        waitpid(child, NULL, 0);
    }
}

/* The other arguments are of the other program, which says how it ended. */
static void execute(const char *path)
{
    char *const words[] = {(char *)path, "ends", NULL};

    execve(path, words, no_environment);
    CHECK(errno == ENOMEM || errno == E2BIG || errno == ENOENT);
}

static void execute_64(void)
{
    execute("/fail_nth_64");
}

static void execute_32(void)
{
    execute("/fail_nth_32");
}

#include "fail_nth_ipc.h"

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"areas", areas},
    {"touches", touches},
    {"hugetlb", hugetlb},
    {"mremap", mremap_},
    {"signals", signals},
    {"proc", proc},
    {"children", children},
    {"execute 64", execute_64},
    {"execute 32", execute_32},
    {"pipes", pipes},
    {"polls", polls},
    {"segments", segments},
    {"memory_files", memory_files},
    {"sockets", sockets},
};

static int run(const char *name, const char *nth)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (strcmp(name, cases[i].name) == 0) {
            arm(nth);
            cases[i].run();
            return end();
        }
    }
    return EXIT_BROKEN;
}

/* Runs the case NAME with allocation NTH failing. Returns the wait status. */
static int start(const char *name, int nth)
{
    char number[NUMBER_SIZE];
    int status = -1;

    snprintf(number, sizeof(number), "%d", nth);
    char *const words[] = {(char *)self, (char *)name, number, NULL};
    pid_t child = vfork();
    if (child == 0) {
        execve(self, words, no_environment);
        _exit(EXIT_BROKEN);
    }
    waitpid(child, &status, 0);
    return status;
}

static int is_good(int status)
{
    int signal = status & 0x7f;

    return status == EXIT_STRUCK || signal == SIGKILL || signal == SIGSEGV ||
           signal == SIGBUS;
}

static unsigned long free_memory(void)
{
    struct sysinfo info;

    sysinfo(&info);
    return info.freeram;
}

/* Returns what is free, WANTED if it comes to that: the child of one that was
 * killed ends on its own. */
static unsigned long settle(unsigned long wanted)
{
    const struct timespec pause = {.tv_nsec = 1000000};

    for (int i = 0; i < SETTLE_TRIES && free_memory() != wanted; i++) {
        nanosleep(&pause, NULL);
    }
    return free_memory();
}

/* Returns what is wrong, or NULL; *NTH is where. */
static const char *walk(const char *name, int *nth)
{
    static char wrong[80];

    start(name, 0);
    unsigned long before = free_memory();
    for (*nth = 1; *nth < NTH_MAX; ++*nth) {
        int status = start(name, *nth);
        unsigned long after = settle(before);
        if (after != before) {
            snprintf(wrong, sizeof(wrong), "%ld bytes are gone",
                     (long)(before - after));
            return wrong;
        }
        if (status == EXIT_THROUGH << 8) {
            return NULL;
        }
        if (!is_good(status)) {
            snprintf(wrong, sizeof(wrong), "wait status 0x%x", status);
            return wrong;
        }
    }
    return "there is no end";
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 2) { /* "ends": executed by a case */
        do {         /* it may be this that fails, once */
            fail_nth_file = open("/proc/self/fail-nth", O_RDONLY);
        } while (fail_nth_file < 0 && errno == ENOMEM);
        return end();
    }
    if (argc == 3) {
        return run(argv[1], argv[2]);
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int nth;
        const char *wrong = walk(cases[i].name, &nth);
        printf("%s: allocation %d: %s\n", cases[i].name, nth,
               wrong != NULL ? wrong : "is one too many, all went well");
        fflush(stdout);
    }
    return EXIT_SUCCESS;
}
