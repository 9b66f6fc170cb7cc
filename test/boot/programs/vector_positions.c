/* preadv and pwritev: pieces at a position that the call says. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE    4096
#define NO_FILE 77

static volatile int too_many = IOV_MAX + 1;
static volatile int negative = -1;
static void *volatile nowhere = (void *)16;

static void show(const char *call, long long result)
{
    printf("%-60s %lld, errno %d\n", call, result, result == -1 ? errno : 0);
    errno = 0;
}

#define SHOW(call) show(#call, (long long)(call))

static void content(int fd)
{
    char text[64] = "";
    ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
    for (ssize_t i = 0; i < size; i++) {
        putchar(text[i] == 0 ? '.' : text[i]);
    }
    printf(", position %lld\n", (long long)lseek(fd, 0, SEEK_CUR));
}

static void good(int fd)
{
    char first[4] = "", second[8] = "";
    struct iovec out[3] = {{"abc", 3}, {NULL, 0}, {"defgh", 5}};
    struct iovec in[2] = {{first, 3}, {second, 7}};

    SHOW(pwritev(fd, out, 3, 0));
    content(fd);
    SHOW(pwritev(fd, out, 3, 12));
    content(fd);
    SHOW(lseek(fd, 2, SEEK_SET));
    SHOW(preadv(fd, in, 2, 1));
    printf("%s %.7s\n", first, second);
    SHOW(preadv(fd, in, 2, 15));
    SHOW(preadv(fd, in, 2, 20));
    SHOW(preadv(fd, in, 2, 1ll << 40));
    SHOW(preadv(fd, in, 1, 19));
    content(fd);
    SHOW(fcntl(fd, F_SETFL, O_APPEND));
    SHOW(pwritev(fd, out, 1, 0));
    content(fd);
    SHOW(fcntl(fd, F_SETFL, 0));
}

static void refused(int fd, int reader)
{
    char text[8] = "text";
    struct iovec pieces[3] = {{text, 2}, {nowhere, 4}, {text, 3}};
    int ends[2], folder = open("/", O_RDONLY);

    if (pipe(ends) != 0) {
        return;
    }
    SHOW(preadv(fd, pieces, 1, -1));
    SHOW(preadv(NO_FILE, pieces, 1, -1));
    SHOW(preadv(NO_FILE, pieces, 1, 0));
    SHOW(preadv(ends[0], pieces, 1, 0));
    SHOW(preadv(ends[0], pieces, 1, -1));
    SHOW(pwritev(ends[1], pieces, 1, 0));
    SHOW(preadv(ends[0], nowhere, 1, 0));
    SHOW(preadv(fd, pieces, too_many, 0));
    SHOW(preadv(fd, pieces, negative, 0));
    SHOW(preadv(fd, nowhere, 1, 0));
    SHOW(preadv(fd, nowhere, 0, 0));
    SHOW(preadv(fd, pieces, 3, 0));
    SHOW(pwritev(fd, pieces + 1, 2, 0));
    SHOW(pwritev(reader, pieces, 1, 0));
    SHOW(pwritev(reader, pieces, 0, 0));
    SHOW(pwritev(reader, nowhere, 1, 0));
    SHOW(preadv(folder, pieces, 1, 0));
    SHOW(preadv(folder, pieces, 0, 0));
    pieces[1].iov_base = text;
    pieces[1].iov_len = (size_t)-1;
    SHOW(preadv(fd, pieces, 2, 0));
    pieces[1].iov_len = 4;
    SHOW(preadv(fd, pieces, 3, INT64_MAX));
    SHOW(preadv(fd, pieces, 3, INT64_MAX - 8));
    SHOW(preadv(fd, pieces, 3, INT64_MAX - 9));
    SHOW(preadv(fd, pieces, 0, INT64_MAX));
    SHOW(pwritev(reader, pieces, 3, INT64_MAX));
    SHOW(preadv(ends[0], pieces, 3, INT64_MAX));
    close(ends[0]);
    close(ends[1]);
    close(folder);
}

/* Memory that ends in the middle of a piece. */
static void half_there(int fd)
{
    char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(memory + PAGE, PAGE);
    struct iovec pieces[2] = {{memory, 4}, {memory + PAGE - 3, 9}};

    SHOW(ftruncate(fd, 0));
    memset(memory, 'x', PAGE);
    SHOW(pwritev(fd, pieces, 2, 2));
    content(fd);
    SHOW(preadv(fd, pieces, 2, 0));
    SHOW(preadv(fd, pieces + 1, 1, 0));
    SHOW(ftruncate(fd, 20));
    SHOW(preadv(fd, pieces, 2, 0));
    SHOW(preadv(fd, pieces + 1, 1, 0));
    munmap(memory, PAGE);
}

int main(void)
{
    int fd = memfd_create("positions", 0);
    int reader = open("/proc/self/exe", O_RDONLY);

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    good(fd);
    refused(fd, reader);
    half_there(fd);
    return 0;
}
