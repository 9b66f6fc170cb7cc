/* What mappings of one file, and of shared memory, show of each other. The file
 * is the program's own. */
#define _GNU_SOURCE       /* mremap */
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE   4096ul
#define PAGES  40 /* of the file, which has more: see filler */
#define SHARED (16 * PAGE)

#define BOTH   (PROT_READ | PROT_WRITE)

/* musl's programs are small. */
__attribute__((used)) static const char filler[PAGES * PAGE] = "filler";

static int file;
static size_t size;
static char *bytes; /* of the file, as read() says */
static sigjmp_buf after_signal;

static void say(const char *what, long result)
{
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "",
           result < 0 ? strerror(errno) : "");
}

static char *map(size_t length, int prot, int flags, int fd, off_t offset)
{
    char *start = mmap(NULL, length, prot, flags, fd, offset);
    if (start == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return start;
}

static void read_file(void)
{
    struct stat status;

    file = open("/proc/self/exe", O_RDONLY);
    fstat(file, &status);
    size = (size_t)status.st_size;
    bytes = malloc(size);
    for (size_t done = 0; done < size;) {
        ssize_t got = read(file, bytes + done, size - done);
        if (got <= 0) {
            perror("read");
            exit(EXIT_FAILURE);
        }
        done += (size_t)got;
    }
}

/* The pages in which START differs from the file. */
static long different(const char *start, size_t length)
{
    long count = 0;
    for (size_t at = 0; at < length; at += PAGE) {
        size_t part = size - at < PAGE ? size - at : PAGE;
        count += memcmp(start + at, bytes + at, part) != 0;
    }
    return count;
}

static void private_copies(void)
{
    size_t length = PAGES * PAGE;
    char *one = map(length, BOTH, MAP_PRIVATE, file, 0);
    char *other = map(length, BOTH, MAP_PRIVATE, file, 0);

    say("different", different(one, length));
    for (size_t at = 0; at < length; at += 2 * PAGE) {
        one[at + 7] ^= 1;
    }
    say("after writes", different(one, length));
    say("the other", different(other, length));
    other[PAGE] ^= 1; /* the first touch of a page is a write */
    say("the other, written", different(other, length));
    say("the first", different(one, length));

    char *place =
        map(2 * length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    one = mremap(one, length, length, MREMAP_MAYMOVE | MREMAP_FIXED,
                 place + length / 2);
    say("moved", different(one, length));
    mprotect(one, length, PROT_READ);
    mprotect(one, length, BOTH);
    one[3 * PAGE] ^= 1;
    say("written after mprotect", different(one, length));
    say("dontneed", madvise(one, length / 2, MADV_DONTNEED));
    say("half of it is the file's again", different(one, length));
    munmap(one, length);
    say("the other, in the end", different(other, length));
    munmap(other, length);
}

static void on_signal(int signal)
{
    siglongjmp(after_signal, signal);
}

static void touch(const char *name, volatile char *at, int is_write)
{
    int signal = sigsetjmp(after_signal, 1);
    if (signal == 0) {
        if (is_write) {
            *at = 1;
        }
        printf("%s: holds %d\n", name, *at);
    } else {
        printf("%s: %s\n", name, strsignal(signal));
    }
}

static void the_end(void)
{
    size_t last = (size - 1) / PAGE * PAGE;
    size_t tail = size - last;
    char *one = map(4 * PAGE, BOTH, MAP_PRIVATE, file, (off_t)last);
    char *other = map(4 * PAGE, PROT_READ, MAP_SHARED, file, (off_t)last);

    say("the last page", memcmp(one, bytes + last, tail));
    touch("behind the end", one + PAGE - 1, 0);
    touch("behind the end, shared", other + PAGE - 1, 0);
    touch("behind the end, written", one + PAGE - 1, 1);
    touch("behind the end, shared", other + PAGE - 1, 0);
    touch("the next page", one + PAGE, 0);
    touch("the next page, written", one + PAGE, 1);
    touch("the next page, shared", other + PAGE, 0);
    touch("the last one, written", one + 4 * PAGE - 1, 1);
    touch("shared, written", other, 1);
    say("shared to write", mprotect(other, PAGE, BOTH));
    munmap(one, 4 * PAGE);
    munmap(other, 4 * PAGE);
}

static void far_away(void)
{
    const off_t places[] = {1ll << 33, 1ll << 40, 1ll << 46,
                            INT64_MAX / 4096 * 4096 - 8192};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *start = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, places[i]);
        if (start == MAP_FAILED) {
            printf("far away: %s\n", strerror(errno));
            continue;
        }
        touch("far away", start, 0);
        munmap(start, PAGE);
    }
}

static void zeros(void)
{
    int device = open("/dev/zero", O_RDWR);
    char *start = map(8 * PAGE, BOTH, MAP_PRIVATE, device, 0);

    touch("zero", start, 0);
    touch("zero, written", start, 1);
    say("free", madvise(start, 8 * PAGE, MADV_FREE));
    say("wipeonfork", madvise(start, 8 * PAGE, MADV_WIPEONFORK));
    say("dontneed", madvise(start, 8 * PAGE, MADV_DONTNEED));
    touch("zero again", start, 0);
    munmap(start, 8 * PAGE);
    start = map(8 * PAGE, BOTH, MAP_SHARED, device, 0);
    touch("shared zero, written", start, 1);
    say("remove", madvise(start, 8 * PAGE, MADV_REMOVE));
    touch("shared zero", start, 0);
    munmap(start, 8 * PAGE);
    close(device);
}

/* How many pages hold each of 0 to 9. */
static void count(const char *name, const char *start, size_t length)
{
    unsigned counts[10] = {0};
    for (size_t at = 0; at < length; at += PAGE) {
        counts[(unsigned char)start[at] % 10]++;
    }
    printf("%s:", name);
    for (unsigned i = 0; i < 10; i++) {
        printf(" %u", counts[i]);
    }
    printf("\n");
}

static void fill(char *start, size_t length, char value)
{
    for (size_t at = 0; at < length; at += PAGE) {
        start[at] = value;
    }
}

static void shared_memory(void)
{
    char *one = map(SHARED, BOTH, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *other = mremap(one, 0, SHARED, MREMAP_MAYMOVE);
    char *part = mremap(one + 4 * PAGE, 0, 20 * PAGE, MREMAP_MAYMOVE);

    fill(one, SHARED, 1);
    fill(other + 8 * PAGE, 4 * PAGE, 2);
    count("one", one, SHARED);
    count("other", other, SHARED);
    count("part", part, 12 * PAGE);
    touch("part, behind the end", part + 12 * PAGE, 1);
    mprotect(other + 2 * PAGE, 3 * PAGE, PROT_READ);
    say("remove", madvise(other, 8 * PAGE, MADV_REMOVE));
    mprotect(other, SHARED, BOTH);
    say("remove", madvise(other + PAGE, 8 * PAGE, MADV_REMOVE));
    count("one, after removal", one, SHARED);
    count("other, after removal", other, SHARED);
    fill(part, 6 * PAGE, 3);
    count("one, filled anew", one, SHARED);
    say("remove behind the end", madvise(part, 20 * PAGE, MADV_REMOVE));
    count("other, after that", other, SHARED);
    munmap(one, SHARED);
    fill(part, 12 * PAGE, 4);
    count("other, alone", other, SHARED);
    munmap(part, 20 * PAGE);
    munmap(other, SHARED);
}

/* Many areas of one object, and of two in turn. */
static void many_areas(void)
{
    const size_t length = 300 * PAGE;
    char *one = map(length, BOTH, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    fill(one, length, 5);
    for (size_t at = 0; at < length; at += 2 * PAGE) {
        mprotect(one + at, PAGE, PROT_READ);
        mprotect(one + at, PAGE, BOTH | PROT_EXEC);
    }
    for (size_t at = 50 * PAGE; at < 250 * PAGE; at += 4 * PAGE) {
        char *small = mmap(one + at, PAGE, BOTH,
                           MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        fill(small, PAGE, 6);
    }
    count("many", one, length);
    say("remove", madvise(one + 20 * PAGE, 250 * PAGE, MADV_REMOVE));
    count("many, after that", one, length);
    munmap(one, length);
}

int main(void)
{
    signal(SIGBUS, on_signal);
    signal(SIGSEGV, on_signal);
    read_file();
    private_copies();
    the_end();
    far_away();
    zeros();
    shared_memory();
    many_areas();
    return 0;
}
