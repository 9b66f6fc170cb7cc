/* The pool of MAP_HUGETLB, as /proc/meminfo, /proc/sys and /sys tell of it:
 * what is reserved, touched, thrown away, inherited, and what happens when
 * there is nothing left. Run by root; the pool is empty at the end. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LARGE      (2L << 20)
#define VM         "/proc/sys/vm/"
#define HUGE       "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define NORESERVE  (MAP_PRIVATE | MAP_NORESERVE)
#define NOT_LISTED 99

static void say(const char *what)
{
    char line[200], name[50];
    long value;
    FILE *file = fopen("/proc/meminfo", "r");

    printf("%-24s", what);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "HugePages_%49[^:]: %ld", name, &value) == 2) {
            printf(" %s %ld", name, value);
        }
        if (sscanf(line, "Hugetlb: %ld", &value) == 1) {
            printf(" KiB %ld", value);
        }
    }
    fclose(file);
    printf("\n");
    fflush(stdout);
}

static void put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);
    ssize_t done = write(file, text, strlen(text));

    printf("%s <- %s: %zd %d\n", path, text, done, done < 0 ? errno : 0);
    close(file);
}

static void show(const char *path)
{
    char text[100] = "";
    int file = open(path, O_RDONLY);

    if (read(file, text, sizeof(text) - 1) < 0) {
        strcpy(text, "?\n");
    }
    printf("%s: %s", path, text);
    close(file);
}

/* The size of the pool. */
static void keep(const char *count)
{
    put(VM "nr_hugepages", count);
    say("");
}

static volatile char *map(long pages, int flags)
{
    void *start = mmap(NULL, (size_t)(pages * LARGE), PROT_READ | PROT_WRITE,
                       flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

    printf("map %ld: %d\n", pages, start == MAP_FAILED ? errno : 0);
    return start;
}

static void unmap(volatile char *start, long first, long pages)
{
    munmap((void *)(start + first * LARGE), (size_t)(pages * LARGE));
    say("unmapped");
}

static void advise(volatile char *start, long page, int advice)
{
    int result = madvise((void *)(start + page * LARGE), LARGE, advice);

    printf("advice %d: %d\n", advice, result < 0 ? errno : 0);
    say("");
}

/* The page is written, by a child of its own. */
static void touch_in_child(volatile char *start, long page)
{
    int status;

    fflush(stdout);
    if (fork() == 0) {
        char before = start[page * LARGE];
        start[page * LARGE] = 77;
        _exit(before);
    }
    wait(&status);
    printf("child: %x\n", (unsigned)status);
    say("");
}

static void private_pages(void)
{
    volatile char *start = map(4, MAP_PRIVATE);

    say("reserved");
    start[0] = start[LARGE] = 1;
    say("two touched");
    advise(start, 0, MADV_DONTNEED);
    start[0] = 1;
    say("touched again");
    advise(start, 0, MADV_DONTNEED);
    advise(start, 2, MADV_DONTNEED);
    unmap(start, 3, 1);
    unmap(start, 0, 1);
    unmap(start, 0, 4);
}

static void shared_pages(void)
{
    volatile char *start = map(4, MAP_SHARED);

    start[0] = start[LARGE] = 1;
    say("two touched");
    advise(start, 0, MADV_DONTNEED);
    printf("%d\n", start[0]);
    advise(start, 0, MADV_REMOVE);
    advise(start, 2, MADV_REMOVE);
    printf("%d\n", start[0]);
    start[2 * LARGE] = 1;
    say("touched");
    touch_in_child(start, 3);
    printf("%d\n", start[3 * LARGE]);
    unmap(start, 0, 1);
    unmap(start, 3, 1);
    unmap(start, 0, 4);
}

static void without_reserve(void)
{
    volatile char *all = map(9, NORESERVE);
    volatile char *shared = map(9, MAP_SHARED | MAP_NORESERVE);
    volatile char *six = map(6, MAP_PRIVATE);

    map(9, MAP_PRIVATE);
    map(9, MAP_SHARED);
    touch_in_child(all, 0);
    touch_in_child(shared, 0);
    printf("%d\n", shared[0]);
    touch_in_child(six, 0);
    all[LARGE] = 1;
    say("the last one");
    touch_in_child(six, 1);
    touch_in_child(all, 2);
    unmap(all, 0, 9);
    unmap(shared, 0, 9);
    unmap(six, 0, 6);
}

/* The parent has reserved what both see, and the pool has nothing for a copy.
 */
static void written_by_owner(void)
{
    volatile char *start = map(2, MAP_PRIVATE);
    int to_child[2], status;
    char byte;
    pid_t child;

    start[0] = 1;
    start[LARGE] = 2;
    keep("2");
    if (pipe(to_child) != 0) {
        return;
    }
    child = fork();
    if (child == 0) {
        if (read(to_child[0], &byte, 1) != 1) {
            _exit(NOT_LISTED);
        }
        printf("child sees %d\n", start[LARGE]);
        fflush(stdout);
        _exit(start[0]);
    }
    start[0] = 3;
    say("written");
    if (write(to_child[1], "", 1) != 1) {
        return;
    }
    waitpid(child, &status, 0);
    printf("child: %x, parent %d %d\n", (unsigned)status, start[0],
           start[LARGE]);
    unmap(start, 0, 2);
}

static void surplus(void)
{
    volatile char *start, *other;

    keep("0");
    put(VM "nr_overcommit_hugepages", "5\n");
    map(6, MAP_PRIVATE);
    start = map(3, MAP_PRIVATE);
    say("reserved");
    start[0] = 1;
    other = map(9, MAP_SHARED | MAP_NORESERVE);
    other[0] = 1;
    say("touched");
    keep("2");
    keep("20");
    keep("3");
    keep("0");
    unmap(start, 0, 3);
    unmap(other, 0, 9);
    put(VM "nr_overcommit_hugepages", "0\n");
}

/* What can't be written ends where it would without an offset, but is reserved
 * where it is. */
static void behind_the_end(void)
{
    char *start = mmap(NULL, 2 * LARGE, PROT_READ,
                       MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 4 * LARGE);

    printf("with an offset: %d\n", start != MAP_FAILED);
    say("reserved");
    fflush(stdout);
    if (fork() == 0) {
        _exit(0); /* everything is looked over when a process ends */
    }
    wait(NULL);
    if (start != MAP_FAILED) {
        munmap(start, 2 * LARGE);
    }
    say("unmapped");
}

static void settings(void)
{
    static const char *const texts[] = {
        "3\n", "x\n", "-1",  "0x2",   " 2",
        "010", "",    "2 3", "1\n\n", "99999999999999999999"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        put(HUGE "nr_hugepages", texts[i]);
        put(HUGE "nr_overcommit_hugepages", texts[i]);
        show(HUGE "nr_hugepages");
        show(HUGE "free_hugepages");
        show(VM "nr_overcommit_hugepages");
    }
    put(VM "nr_hugepages", "x\n");
    put(VM "nr_hugepages", "-1\n");
    put(HUGE "nr_overcommit_hugepages", "0");
    show(HUGE "resv_hugepages");
    show(HUGE "surplus_hugepages");
}

int main(void)
{
    put(VM "nr_overcommit_hugepages", "0\n");
    keep("8\n");
    private_pages();
    shared_pages();
    without_reserve();
    written_by_owner();
    keep("8\n");
    behind_the_end();
    surplus();
    settings();
    keep("0\n");
    return 0;
}
