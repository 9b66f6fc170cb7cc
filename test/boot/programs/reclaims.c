/* Reads a file that is larger than the memory that is left, by mappings, in one
 * order and another: each page comes back as it was, and what was written to
 * private ones stays. Word N of /data, of 64 bits, is N. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_SIZE     4096u
#define WORDS         (PAGE_SIZE / sizeof(uint64_t))
#define WRITTEN_EVERY 64u /* pages */
#define ROUNDS        3u
#define STEP          769u /* prime to the number of pages */

static uint64_t *words;
static size_t pages;

static void fail(const char *what, size_t page)
{
    printf("page %zu %s\n", page, what);
    exit(EXIT_FAILURE);
}

static uint64_t *page_at(size_t page)
{
    return words + page * WORDS;
}

static int is_written(size_t page)
{
    return page % WRITTEN_EVERY == 0;
}

static void check(size_t page)
{
    const uint64_t *at = page_at(page);
    uint64_t first = is_written(page) ? ~(uint64_t)page : page * WORDS;

    if (at[0] != first) {
        fail("begins with something else", page);
    }
    for (size_t i = 1; i < WORDS; i++) {
        if (at[i] != page * WORDS + i) {
            fail("holds something else", page);
        }
    }
}

static void check_all(void)
{
    for (size_t i = 0; i < pages; i++) {
        check(i);
    }
    for (size_t i = 0; i < pages; i++) {
        check(i * STEP % pages);
    }
}

static void map_data(void)
{
    int file = open("/data", O_RDONLY);
    struct stat status;

    if (file < 0 || fstat(file, &status) != 0) {
        fail("of /data can't be had", 0);
    }
    pages = (size_t)status.st_size / PAGE_SIZE;
    words = mmap(NULL, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                 file, 0);
    if (words == MAP_FAILED) {
        fail("can't be mapped", 0);
    }
}

/* KiB, as /proc/meminfo says. */
static long meminfo(const char *name)
{
    char line[128];
    long value = -1;
    FILE *file = fopen("/proc/meminfo", "r");

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = atol(line + strlen(name));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

static void check_in_child(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        check_all();
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(child, &status, 0) != child || status != 0) {
        fail("is wrong in a child", pages);
    }
}

int main(void)
{
    map_data();
    for (size_t i = 0; i < pages; i += WRITTEN_EVERY) {
        page_at(i)[0] = ~(uint64_t)i;
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        check_all();
        check_in_child();
    }
    printf("%s\n", meminfo("Cached:") > 0 ? "cached" : "nothing is cached");
    printf("%s\n", meminfo("MemAvailable:") > meminfo("MemFree:")
                       ? "more is available than free"
                       : "no more is available than free");
    printf("all pages came back\n");
    return EXIT_SUCCESS;
}
