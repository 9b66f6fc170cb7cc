/* Calls with the largest arguments that they take: endless NAME says "go" and
 * makes one, which a signal has to end. Run without Linux: much of it takes
 * minutes there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE         4096ul
#define MIB          (1024 * 1024ul)
#define GIB          (1024 * MIB)
#define TIB          (1024 * GIB)
#define TRANSFER_MAX 0x7ffff000ul
#define WINDOW       ((char *)0x300000000000)
#define AREAS        30000ul

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* SIZE bytes from WINDOW that are the same 2 MiB again and again. */
static char *make_window(size_t size)
{
    const size_t span = 2 * MIB;
    char *object = mmap(NULL, span, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    memset(object, 1, span);
    for (size_t at = 0; at < size; at += span) {
        if (mremap(object, 0, span, MREMAP_MAYMOVE | MREMAP_FIXED,
                   WINDOW + at) == MAP_FAILED) {
            give_up("mremap");
        }
    }
    return WINDOW;
}

static char *reserve(size_t size, int flags)
{
    char *start =
        mmap(NULL, size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
    if (start == MAP_FAILED) {
        give_up("mmap");
    }
    madvise(start, size, MADV_NOHUGEPAGE);
    return start;
}

static void go(void)
{
    printf("go\n");
    fflush(stdout);
}

static long read_device(const char *path)
{
    char *to = make_window(2 * GIB);
    int file = open(path, O_RDONLY);

    go();
    return read(file, to, TRANSFER_MAX);
}

static long read_zero(void)
{
    return read_device("/dev/zero");
}

static long read_random(void)
{
    return read_device("/dev/urandom");
}

static long read_vector(void)
{
    struct iovec parts[IOV_MAX];
    char *to = make_window(2 * GIB);
    int file = open("/dev/urandom", O_RDONLY);

    for (int i = 0; i < IOV_MAX; i++) {
        parts[i] = (struct iovec){to, 2 * MIB - PAGE};
    }
    go();
    return readv(file, parts, IOV_MAX);
}

static long call_getrandom(void)
{
    char *to = make_window(2 * GIB);

    go();
    return getrandom(to, TRANSFER_MAX, 0);
}

static long populate_read(void)
{
    char *start = reserve(16 * TIB, 0);

    go();
    return madvise(start, 16 * TIB, MADV_POPULATE_READ);
}

static long populate_many(void)
{
    char *start = reserve(AREAS * 2 * 63 * PAGE, 0);

    for (size_t i = 0; i < AREAS; i++) {
        mprotect(start + i * 2 * 63 * PAGE, 63 * PAGE, PROT_READ);
    }
    go();
    return mlock(start, AREAS * 2 * 63 * PAGE);
}

static long map_populate(void)
{
    go();
    return (long)mmap(
        NULL, 16 * TIB, PROT_READ,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE, -1, 0);
}

static long map_huge(void)
{
    go();
    for (int i = 0; i < 1000; i++) {
        void *start = mmap(NULL, 512 * MIB, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
        munmap(start, 512 * MIB);
    }
    return 0;
}

static long call_mincore(void)
{
    unsigned char *to = (unsigned char *)make_window(4 * GIB);

    reserve(32 * TIB, 0);
    go();
    char *start = reserve(16 * TIB, 0);
    return mincore(start, 16 * TIB, to);
}

/* The pages of one object, mapped by areas that can't be one. */
static long remove_pages(void)
{
    const size_t size = AREAS * PAGE;
    char *object = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    memset(object, 1, size);
    for (size_t at = 0; at < size; at += PAGE) {
        madvise(object + at, PAGE, at % (2 * PAGE) ? MADV_RANDOM : MADV_NORMAL);
    }
    go();
    long result = madvise(object, size, MADV_REMOVE);
    for (size_t at = 0; at < size; at++) {
        if (object[at] != 0) {
            give_up("a page was not removed");
        }
    }
    return result;
}

static long read_smaps(void)
{
    char some[100];
    char *start = reserve(AREAS * 2 * PAGE, 0);
    int file = open("/proc/self/smaps", O_RDONLY);

    for (size_t i = 0; i < AREAS; i++) {
        mprotect(start + i * 2 * PAGE, PAGE, PROT_READ);
    }
    go();
    return pread(file, some, sizeof(some), 1ll << 40);
}

static long write_console(void)
{
    const char *from = make_window(2 * GIB);

    go();
    return write(STDOUT_FILENO, from, TRANSFER_MAX);
}

static const struct {
    const char *name;
    long (*call)(void);
} calls[] = {
    {"read_zero", read_zero},         {"read_random", read_random},
    {"read_vector", read_vector},     {"getrandom", call_getrandom},
    {"populate_read", populate_read}, {"populate_many", populate_many},
    {"map_populate", map_populate},   {"map_huge", map_huge},
    {"mincore", call_mincore},        {"remove_pages", remove_pages},
    {"read_smaps", read_smaps},       {"write_console", write_console},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (argc > 1 && strcmp(argv[1], calls[i].name) == 0) {
            long result = calls[i].call();
            printf("%s: %ld\n", argv[1], result);
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        printf("%s\n", calls[i].name);
    }
    return EXIT_FAILURE;
}
