/* Prints files of /proc, after making areas at fixed addresses that are in
 * memory in part. Standard output is the only file: it lists what it can. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGE  4096ul
#define MIB   (1024 * 1024ul)
#define SPACE 0x10000000ul /* each area begins at a multiple of it */

static int area_count;

static char *map(size_t size, int prot, int flags)
{
    uintptr_t at = ++area_count * SPACE;
    char *start = mmap((void *)at, size, prot,
                       MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | flags, -1, 0);
    if (start == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return start;
}

static void touch(char *start, size_t size)
{
    for (size_t i = 0; i < size; i += PAGE) {
        ((volatile char *)start)[i] = 1;
    }
}

static void read_all(char *start, size_t size)
{
    for (size_t i = 0; i < size; i += PAGE) {
        (void)((volatile char *)start)[i];
    }
}

static void make_areas(void)
{
    const int both = PROT_READ | PROT_WRITE;

    map(3 * PAGE, both, MAP_PRIVATE);
    touch(map(5 * PAGE, both, MAP_PRIVATE), 2 * PAGE);
    read_all(map(5 * PAGE, both, MAP_PRIVATE), 5 * PAGE);
    read_all(map(5 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE), PAGE);
    char *gone = map(2 * PAGE, both, MAP_PRIVATE);
    touch(gone, 2 * PAGE);
    mprotect(gone, 2 * PAGE, PROT_NONE);
    touch(map(4 * MIB, both, MAP_PRIVATE), 3 * MIB);
    char *small = map(4 * MIB, both, MAP_PRIVATE);
    madvise(small, 4 * MIB, MADV_NOHUGEPAGE);
    touch(small, MIB);
    touch(map(4 * PAGE, both, MAP_SHARED), 3 * PAGE);
    touch(map(4 * PAGE, both, MAP_PRIVATE | MAP_NORESERVE), PAGE);
    touch(map(4 * PAGE, both, MAP_PRIVATE | MAP_GROWSDOWN), PAGE);
    char *locked = map(4 * PAGE, both, MAP_PRIVATE);
    mlock(locked, 4 * PAGE);
    touch(locked, 4 * PAGE);
    char *advised = map(4 * PAGE, both, MAP_PRIVATE);
    madvise(advised, 4 * PAGE, MADV_SEQUENTIAL);
    madvise(advised, 4 * PAGE, MADV_DONTDUMP);
    madvise(advised, 4 * PAGE, MADV_WIPEONFORK);
}

static void print_file(const char *path)
{
    static char bytes[65536];
    int file = open(path, O_RDONLY);
    ssize_t got;

    printf("=== %s\n", path);
    fflush(stdout);
    while ((got = read(file, bytes, sizeof(bytes))) > 0) {
        if (write(STDOUT_FILENO, bytes, (size_t)got) != got) {
            exit(EXIT_FAILURE);
        }
    }
    close(file);
}

int main(int argc, char **argv)
{
    struct rlimit limit = {123456 * PAGE, 234567 * PAGE};

    setrlimit(RLIMIT_DATA, &limit);
    make_areas();
    for (int i = 1; i < argc; i++) {
        print_file(argv[i]);
    }
    if (argc == 1) {
        print_file("/proc/self/smaps");
        print_file("/proc/self/limits");
        print_file("/proc/self/stat");
        print_file("/proc/self/statm");
        print_file("/proc/meminfo");
    }
    return EXIT_SUCCESS;
}
