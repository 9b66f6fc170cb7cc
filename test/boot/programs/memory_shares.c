/* What /proc/PID/smaps, smaps_rollup and status say of memory that parent and
 * child share after a fork, and of the most that there has been. */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096ul
#define LARGE_PAGE (512 * PAGE)
#define PEAK       (64 * PAGE)
#define BOTH       (PROT_READ | PROT_WRITE)
#define ANONYMOUS  (MAP_PRIVATE | MAP_ANONYMOUS)
#define LINE_SIZE  256

/* Of an area, what is shown here. */
static const char *const names[] = {
    "Size:",          "Rss:",          "Pss:",
    "Shared_Clean:",  "Shared_Dirty:", "Private_Clean:",
    "Private_Dirty:", "Anonymous:",    "Locked:",
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static void check(int is_right, const char *what)
{
    if (!is_right) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static FILE *open_file(const char *name)
{
    FILE *file = fopen(name, "r");

    check(file != NULL, name);
    return file;
}

/* Between two pages without rights, so that it stays an area of its own. */
static char *map(size_t size, int flags)
{
    char *start = mmap(NULL, size + 2 * PAGE, PROT_NONE, flags, -1, 0);

    check(start != MAP_FAILED, "mmap");
    start += PAGE;
    check(mprotect(start, size, BOTH) == 0, "mprotect");
    madvise(start, size, MADV_NOHUGEPAGE);
    return start;
}

static void touch(char *start, size_t pages)
{
    for (size_t i = 0; i < pages; i++) {
        start[i * PAGE] = 1;
    }
}

/* The lines of the area that begins at START. */
static void show(const char *what, const char *start)
{
    char line[LINE_SIZE], wanted[32];
    FILE *file = open_file("/proc/self/smaps");
    int is_it = 0;

    snprintf(wanted, sizeof(wanted), "%08lx-", (unsigned long)start);
    printf("%s:", what);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strchr(line, '-') != NULL && strstr(line, " kB") == NULL) {
            is_it = strncmp(line, wanted, strlen(wanted)) == 0;
        }
        for (size_t i = 0; is_it && i < NAME_COUNT; i++) {
            if (strncmp(line, names[i], strlen(names[i])) == 0) {
                printf(" %s %ld", names[i], atol(line + strlen(names[i])));
            }
        }
    }
    printf("\n");
    fclose(file);
    fflush(stdout);
}

/* The child shows AREA, writes its first page, and shows it again; then the
 * parent does, with the child there and gone. */
static void show_fork(const char *what, char *area)
{
    int status;
    pid_t child;

    printf("%s\n", what);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        show("child", area);
        area[0] = 2;
        show("child that wrote", area);
        _exit(EXIT_SUCCESS);
    }
    check(waitpid(child, &status, 0) == child && status == 0, "waitpid");
    show("parent alone", area);
    area[0] = 3;
    show("parent that wrote", area);
}

static void forks(void)
{
    char *few = map(16 * PAGE, ANONYMOUS);
    touch(few, 10);
    show("few pages", few);
    show_fork("few pages, forked", few);

    char *many = map(2 * LARGE_PAGE, ANONYMOUS);
    touch(many, 2 * 512);
    show_fork("a full table, forked", many);
    munmap(many, 2 * LARGE_PAGE);

    char *shared = map(16 * PAGE, MAP_SHARED | MAP_ANONYMOUS);
    touch(shared, 6);
    show_fork("shared, forked", shared);

    check(mlock(few, 4 * PAGE) == 0, "mlock");
    show("locked", few);
}

static long status_of(const char *name)
{
    char line[LINE_SIZE];
    FILE *file = open_file("/proc/self/status");
    long value = -1;

    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = atol(line + strlen(name));
        }
    }
    fclose(file);
    return value;
}

/* Linux counts pages by the dozen, so the most that were resident is not exact.
 */
static void peaks(void)
{
    printf("peak is size: %d\n", status_of("VmPeak:") >= status_of("VmSize:"));
    char *area = map(PEAK, ANONYMOUS);
    touch(area, PEAK / PAGE);
    long size = status_of("VmSize:");
    long resident = status_of("VmRSS:");
    munmap(area, PEAK);
    printf("VmPeak stays: %d\n", status_of("VmPeak:") >= size);
    printf("VmSize falls: %ld\n", size - status_of("VmSize:"));
    printf("VmHWM stays: %d\n",
           status_of("VmHWM:") >= resident - (long)(PEAK / 1024 / 2));
    printf("VmRSS falls: %d\n", status_of("VmRSS:") < resident);
}

/* The sum of what smaps says under NAME. */
static long sum_of(const char *name)
{
    char line[LINE_SIZE];
    FILE *file = open_file("/proc/self/smaps");
    long sum = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            sum += atol(line + strlen(name));
        }
    }
    fclose(file);
    return sum;
}

/* Told to OUT. */
static void rollup(FILE *out)
{
    char line[LINE_SIZE], name[LINE_SIZE];
    FILE *file = open_file("/proc/self/smaps_rollup");

    check(fgets(line, sizeof(line), file) != NULL, "smaps_rollup");
    fprintf(out, "all:%s", strchr(line, ' '));
    while (fgets(line, sizeof(line), file) != NULL) {
        check(sscanf(line, "%s", name) == 1, "sscanf");
        int is_part = strncmp(name, "Pss_", 4) == 0;
        long is = atol(line + strlen(name));
        fprintf(out, "%s %s\n", name,
                is_part || labs(is - sum_of(name)) <= 16 ? "as smaps has it"
                                                         : "different");
    }
    fclose(file);
}

int main(void)
{
    forks();
    peaks();
    FILE *nowhere = fopen("/dev/null", "w");
    check(nowhere != NULL, "/dev/null");
    rollup(nowhere); /* touches what the next one needs */
    rollup(stdout);
    return EXIT_SUCCESS;
}
