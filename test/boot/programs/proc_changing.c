/* /proc/PID/maps and smaps, read in pieces of any size while the areas change,
 * by several descriptors, and behind the end of the process: lines come whole,
 * and an area that was there throughout comes once. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE      4096ul
#define MIB       (1024 * 1024ul)
#define KEPT      40
#define KEPT_BASE ((char *)0x20000000) /* one area each MiB */
#define TEXT_MAX  (512 * 1024)
#define ROUNDS    20

/* The compiler must not see what is wrong. */
static char *volatile bad = (char *)8;

static char text[TEXT_MAX + 1];
static unsigned random_state = 1;

static unsigned below(unsigned limit)
{
    random_state = random_state * 1103515245 + 12345;
    return (random_state >> 16) % limit;
}

static void map_at(char *at)
{
    mmap(at, PAGE, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/* Beside a kept area, below all, or in front of one. */
static void change_something(void)
{
    char *at = KEPT_BASE + below(KEPT) * MIB + (1 + below(3)) * 2 * PAGE;

    switch (below(4)) {
    case 0:
        map_at(at);
        break;
    case 1:
        munmap(at, PAGE);
        break;
    case 2:
        map_at((char *)0x100000 + below(64) * PAGE);
        break;
    default:
        munmap((char *)0x100000 + below(64) * PAGE, PAGE);
    }
}

static size_t read_changing(int file, unsigned piece_max)
{
    size_t size = 0;
    ssize_t got;

    while (size < TEXT_MAX - piece_max &&
           (got = read(file, text + size, 1 + below(piece_max))) > 0) {
        size += (size_t)got;
        change_something();
    }
    text[size] = '\0';
    return size;
}

static int count_lines_of(const char *area)
{
    int count = 0;
    for (char *at = text; (at = strstr(at, area)) != NULL; at++) {
        count += at == text || at[-1] == '\n';
    }
    return count;
}

static int is_whole(const char *line)
{
    unsigned long start, end;
    char rights[5];
    int taken = 0;

    /* Of smaps, a line that begins with a capital is the area's. */
    return (line[0] >= 'A' && line[0] <= 'Z' && strchr(line, ':') != NULL) ||
           (sscanf(line, "%lx-%lx %4s %*x %*x:%*x %*u%n", &start, &end, rights,
                   &taken) == 3 &&
            taken > 0 && start < end && strlen(rights) == 4);
}

static void check_text(const char *name)
{
    int broken = 0, missing = 0, twice = 0;

    for (int i = 0; i < KEPT; i++) {
        char area[64];
        char *start = KEPT_BASE + (unsigned)i * MIB;
        snprintf(area, sizeof(area), "%08lx-%08lx rw-p", (unsigned long)start,
                 (unsigned long)(start + PAGE));
        int count = count_lines_of(area);
        missing += count == 0;
        twice += count > 1;
    }
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        broken += !is_whole(line);
    }
    printf("%s: %d broken, %d missing, %d twice\n", name, broken, missing,
           twice);
}

static void read_while_changing(const char *path)
{
    for (int round = 0; round < ROUNDS; round++) {
        int file = open(path, O_RDONLY);
        int other = open(path, O_RDONLY);
        char some[100];

        pread(other, some, sizeof(some), below(3000));
        read_changing(file, round < ROUNDS / 2 ? 60 : 2000);
        pread(other, some, sizeof(some), below(100000));
        check_text(path);
        close(other);
        close(file);
    }
}

static void seek_anywhere(const char *path)
{
    int file = open(path, O_RDONLY);
    char some[64];
    long bytes = 0;

    for (int i = 0; i < 300; i++) {
        lseek(file, (off_t)below(20000), SEEK_SET);
        bytes |= read(file, some, 1 + below(sizeof(some)));
        change_something();
    }
    printf("%s: %s\n", path, bytes >= 0 ? "seeks" : "fails");
    printf("%s far behind the end: %zd\n", path,
           pread(file, some, sizeof(some), 1 << 30));
    lseek(file, 0, SEEK_SET);
    printf("%s to bad memory: %zd", path, read(file, bad, 4));
    printf(", errno %d\n", errno);
    close(file);
}

/* The rest of the line that was begun can be read when the process is gone. */
static void read_of_the_dead(char *program)
{
    char *words[] = {program, "wait", NULL};
    char path[64], some[400];
    pid_t child = vfork();

    if (child == 0) {
        execv(program, words);
        _exit(1);
    }
    snprintf(path, sizeof(path), "/proc/%d/maps", child);
    int file = open(path, O_RDONLY);
    printf("first: %zd\n", read(file, some, 10));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    ssize_t rest = read(file, some, sizeof(some));
    printf("rest: %s\n", rest > 0 && some[rest - 1] == '\n' ? "a line" : "no");
    ssize_t more = read(file, some, sizeof(some));
    printf("more: %zd, errno %d\n", more, errno);
    ssize_t again = pread(file, some, sizeof(some), 0);
    printf("again: %zd, errno %d\n", again, errno);
    close(file);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pause();
    }
    for (unsigned i = 0; i < KEPT; i++) {
        map_at(KEPT_BASE + i * MIB);
    }
    read_while_changing("/proc/self/maps");
    read_while_changing("/proc/self/smaps");
    seek_anywhere("/proc/self/maps");
    seek_anywhere("/proc/self/smaps");
    read_of_the_dead(argv[0]);
    return 0;
}
