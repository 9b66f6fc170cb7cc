/* Pages of files that are had before they are written or given back, and a tree
 * that has no room for more. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PAGE      4096
#define KEEP      FALLOC_FL_KEEP_SIZE
#define PUNCH     FALLOC_FL_PUNCH_HOLE
#define SOME_LEFT 16 /* pages */

static char bytes[PAGE];
static sigjmp_buf back;

static void show(const char *call, long long result)
{
    printf("%-62s %lld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long long)(call))

static void on_fault(int signal)
{
    siglongjmp(back, signal);
}

static int change(volatile char *address, char value)
{
    int signal = sigsetjmp(back, 1);

    if (signal == 0) {
        *address = value;
    }
    return -signal;
}

static void show_stat(int fd)
{
    struct stat s = {0};

    fstat(fd, &s);
    printf("size %lld blocks %lld\n", (long long)s.st_size,
           (long long)s.st_blocks);
}

static void show_kind(int fd)
{
    struct statfs s;

    memset(&s, 0, sizeof(s));
    int result = fstatfs(fd, &s);
    printf(
        "%d: type %lx bsize %ld namelen %ld frsize %ld, blocks %d files %d\n",
        result, (unsigned long)s.f_type & 0xffffffff, (long)s.f_bsize,
        (long)s.f_namelen, (long)s.f_frsize, s.f_blocks != 0, s.f_files != 0);
}

static void file_systems(void)
{
    struct statfs s;
    int ends[2];

    show_kind(open("/", O_RDONLY));
    show_kind(open("/proc/self/status", O_RDONLY));
    show_kind((int)syscall(SYS_memfd_create, "x", 0));
    SHOW(pipe(ends));
    show_kind(ends[0]);
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    show_kind(ends[0]);
    show_kind(99);
    SHOW(statfs("none", &s));
    SHOW(statfs("/proc", &s));
    printf("%lx\n", (unsigned long)s.f_type);
}

static void pages(int fd)
{
    int reads = open("full", O_RDONLY);
    int ends[2];

    SHOW(fallocate(fd, 0, 0, 3 * PAGE + 5));
    show_stat(fd);
    SHOW(fallocate(fd, 0, PAGE, PAGE));
    show_stat(fd);
    SHOW(pwrite(fd, bytes, PAGE, PAGE + 10));
    SHOW(fallocate(fd, PUNCH | KEEP, PAGE, 2 * PAGE));
    show_stat(fd);
    SHOW(fallocate(fd, PUNCH | KEEP, 10, 20));
    SHOW(fallocate(fd, PUNCH | KEEP, 3 * PAGE, 100 * PAGE));
    show_stat(fd);
    SHOW(fallocate(fd, KEEP, 0, 4 * PAGE));
    show_stat(fd);
    SHOW(fallocate(fd, PUNCH, 0, PAGE));
    SHOW(fallocate(fd, 0x4, 0, PAGE));
    SHOW(fallocate(fd, 0x8, 0, PAGE));
    SHOW(fallocate(fd, 0x10, 0, PAGE));
    SHOW(fallocate(fd, 0x100, 0, PAGE));
    SHOW(fallocate(fd, 0, -1, PAGE));
    SHOW(fallocate(fd, 0, 0, 0));
    SHOW(fallocate(fd, 0, 0, -1));
    SHOW(fallocate(fd, 0, INT64_MAX, 1));
    SHOW(fallocate(fd, 0, INT64_MAX - 5, 5));
    SHOW(fallocate(reads, 0, 0, PAGE));
    SHOW(fallocate(99, 0, 0, PAGE));
    SHOW(pipe(ends));
    SHOW(fallocate(ends[1], 0, 0, PAGE));
    SHOW(fallocate(open("/", O_RDONLY), 0, 0, PAGE));
    SHOW(fallocate(open("/dev/null", O_RDWR), 0, 0, PAGE));
    SHOW(ftruncate(fd, 0));
    show_stat(fd);
}

static void limited(int fd)
{
    struct rlimit limit = {10 * PAGE, 20 * PAGE};

    signal(SIGXFSZ, SIG_IGN);
    SHOW(setrlimit(RLIMIT_FSIZE, &limit));
    SHOW(fallocate(fd, 0, 0, 11 * PAGE));
    SHOW(fallocate(fd, 0, 0, 10 * PAGE));
    SHOW(ftruncate(fd, 10 * PAGE + 1));
    SHOW(pwrite(fd, bytes, PAGE, 10 * PAGE - 5));
    SHOW(pwrite(fd, bytes, PAGE, 10 * PAGE));
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    SHOW(setrlimit(RLIMIT_FSIZE, &limit));
    SHOW(ftruncate(fd, 0));
}

/* All but a few pages are taken; then those by writes and by a mapping. */
static void full(int fd)
{
    struct statfs s;

    statfs("/", &s);
    off_t left = (off_t)s.f_bfree * PAGE;
    SHOW(fallocate(fd, 0, 0, left + 1000 * PAGE));
    SHOW(ftruncate(fd, 0));
    statfs("/", &s);
    SHOW((off_t)s.f_bfree * PAGE == left);
    SHOW(fallocate(fd, 0, 0, left - SOME_LEFT * PAGE));
    int other = open("other", O_CREAT | O_RDWR, 0600);
    int written = 0;
    while (write(other, bytes, PAGE) == PAGE) {
        written++;
    }
    printf("%d, errno %d\n", written, errno);
    SHOW(write(other, bytes, 1));
    SHOW(ftruncate(other, 100 * PAGE));
    char *shown =
        mmap(NULL, 100 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0);
    SHOW(change(shown, 'x'));
    SHOW(change(shown + 50 * PAGE, 'x'));
    SHOW(ftruncate(other, PAGE));
    SHOW(ftruncate(other, 100 * PAGE));
    SHOW(change(shown + 50 * PAGE, 'x'));
    show_stat(other);
    SHOW(munmap(shown, 100 * PAGE));
    SHOW(unlink("other") | close(other));
    SHOW(unlink("full") | close(fd));
    statfs("/", &s);
    SHOW((off_t)s.f_bfree * PAGE >= left);
}

int main(void)
{
    signal(SIGBUS, on_fault);
    memset(bytes, 'b', sizeof(bytes));
    file_systems();
    int fd = open("full", O_CREAT | O_RDWR, 0644);
    pages(fd);
    limited(fd);
    full(fd);
    return 0;
}
