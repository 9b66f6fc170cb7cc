/* Files in memory without a name: what is written, how long they are, holes,
 * mappings of them, and seals. */
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096

static char bytes[3 * PAGE];
static const char *volatile nowhere = (const char *)1; /* not mapped */

static void show(const char *call, long long result)
{
    printf("%-66s %lld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long long)(call))

static int create(const char *name, unsigned flags)
{
    return (int)syscall(SYS_memfd_create, name, flags);
}

/* Inode numbers and times are the machine's own. */
static void show_stat(int fd)
{
    struct stat s;

    memset(&s, 0, sizeof(s));
    SHOW(fstat(fd, &s));
    printf("dev %llx mode %o links %d uid %d gid %d size %lld blocks %lld\n",
           (unsigned long long)s.st_dev, s.st_mode, (int)s.st_nlink,
           (int)s.st_uid, (int)s.st_gid, (long long)s.st_size,
           (long long)s.st_blocks);
}

static void show_link(int fd)
{
    char path[64], text[512];

    sprintf(path, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(path, text, sizeof(text));
    printf("%.*s\n", size < 0 ? 0 : (int)size, text);
}

static sigjmp_buf back;

static void on_fault(int signal)
{
    siglongjmp(back, signal);
}

/* The byte at ADDRESS, or the signal that there is, below 0. */
static int look(const volatile char *address)
{
    int signal = sigsetjmp(back, 1);

    return signal == 0 ? *address : -signal;
}

static int change(volatile char *address, char value)
{
    int signal = sigsetjmp(back, 1);

    if (signal == 0) {
        *address = value;
    }
    return -signal;
}

static void names(void)
{
    static char name[300];

    memset(name, 'n', sizeof(name) - 1);
    SHOW(create(name, 0));
    name[250] = '\0';
    SHOW(create(name, 0));
    name[249] = '\0';
    int fd = create(name, 0);
    show_link(fd);
    close(fd);
    fd = create("", MFD_CLOEXEC);
    SHOW(fcntl(fd, F_GETFD));
    show_link(fd);
    show_stat(fd);
    close(fd);
    SHOW(create(nowhere, 0));
    SHOW(create(NULL, 0x80));
    SHOW(create("name", 0x80));
}

static void contents(void)
{
    int fd = create("contents", 0);
    struct iovec parts[] = {{"one", 3}, {"", 0}, {" two", 4}};
    char text[64];

    memset(bytes, 'b', sizeof(bytes));
    SHOW(fcntl(fd, F_GETFL) & O_ACCMODE);
    SHOW(read(fd, text, 10));
    SHOW(write(fd, "hello", 5));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pwrite(fd, "J", 1, 0));
    SHOW(pread(fd, text, sizeof(text), 0));
    printf("%.5s\n", text);
    SHOW(writev(fd, parts, 3));
    SHOW(pwrite(fd, bytes, sizeof(bytes), PAGE - 7));
    show_stat(fd);
    SHOW(lseek(fd, -3, SEEK_END));
    SHOW(read(fd, text, sizeof(text)));
    SHOW(pread(fd, text, sizeof(text), PAGE - 9));
    printf("%d %d %.4s\n", text[0], text[1], text + 2);
    SHOW(write(fd, nowhere, 5));
    SHOW(write(fd, NULL, 0));
    SHOW(pwrite(fd, "x", 1, -1));
    SHOW(pwrite(fd, "x", 1, INT64_MAX));
    SHOW(pwrite(fd, "x", 1, INT64_MAX - 1));
    SHOW(ftruncate(fd, 0));
    SHOW(pwrite(fd, "xy", 2, 1ll << 40));
    show_stat(fd);
    close(fd);
}

static void appending(void)
{
    int fd = create("appending", 0);
    char text[16] = "";

    SHOW(write(fd, "abc", 3));
    SHOW(lseek(fd, 1, SEEK_SET));
    SHOW(fcntl(fd, F_SETFL, O_APPEND));
    SHOW(write(fd, "def", 3));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pwrite(fd, "ghi", 3, 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, 2, SEEK_SET));
    SHOW(write(fd, nowhere, 3));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, 15, 0));
    puts(text);
    close(fd);
}

/* A write whose memory ends in the middle makes the file so much longer. */
static void half_there(void)
{
    int fd = create("half", 0);
    char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    munmap(memory + PAGE, PAGE);
    SHOW(write(fd, memory + PAGE - 5, 50));
    show_stat(fd);
    SHOW(write(fd, memory + PAGE, 50));
    SHOW(write(fd, memory + 1, 2 * PAGE));
    show_stat(fd);
    SHOW(pread(fd, memory + PAGE - 5, 50, 0));
    SHOW(pread(fd, memory + PAGE, 50, 0));
    munmap(memory, PAGE);
    close(fd);
}

static void holes(void)
{
    int fd = create("holes", 0);

    SHOW(lseek(fd, 0, SEEK_DATA));
    SHOW(ftruncate(fd, 10 * PAGE));
    SHOW(lseek(fd, 0, SEEK_DATA));
    SHOW(lseek(fd, 5, SEEK_HOLE));
    SHOW(pwrite(fd, "x", 1, 3 * PAGE + 5));
    SHOW(pwrite(fd, "x", 1, 4 * PAGE));
    show_stat(fd);
    SHOW(lseek(fd, 7, SEEK_DATA));
    SHOW(lseek(fd, 3 * PAGE + 100, SEEK_DATA));
    SHOW(lseek(fd, 3 * PAGE + 100, SEEK_HOLE));
    SHOW(lseek(fd, 5 * PAGE, SEEK_DATA));
    SHOW(lseek(fd, 10 * PAGE, SEEK_HOLE));
    SHOW(ftruncate(fd, 4 * PAGE + 1));
    SHOW(lseek(fd, 4 * PAGE, SEEK_HOLE));
    close(fd);
}

static void mappings(void)
{
    int fd = create("mappings", 0);
    char text[4] = "";

    SHOW(ftruncate(fd, 2 * PAGE));
    char *shared =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    SHOW(change(shared + 5, 'm'));
    SHOW(pread(fd, text, 1, 5));
    puts(text);
    SHOW(pwrite(fd, "w", 1, 6));
    SHOW(look(shared + 6));
    SHOW(look(private + 6));
    SHOW(change(private + 7, 'p'));
    SHOW(look(shared + 7));
    SHOW(look(shared + 2 * PAGE));
    SHOW(look(private + 2 * PAGE));
    SHOW(pwrite(fd, "z", 1, 2 * PAGE));
    SHOW(look(shared + 2 * PAGE));
    SHOW(look(shared + 3 * PAGE));
    SHOW(ftruncate(fd, 6));
    SHOW(look(shared + 5));
    SHOW(look(shared + 6));
    SHOW(look(shared + PAGE));
    SHOW(change(private + PAGE, 1));
    SHOW(ftruncate(fd, 2 * PAGE));
    SHOW(look(shared + 6));
    SHOW(look(shared + PAGE));
    show_stat(fd);
    /* From the file to itself, and its own pages behind the end. */
    SHOW(pwrite(fd, shared, PAGE + 6, PAGE));
    SHOW(look(shared + PAGE + 5));
    SHOW(close(fd));
    SHOW(change(shared + 9, 'c'));
    SHOW(look(shared + 9));
    SHOW(munmap(shared, 4 * PAGE));
    SHOW(munmap(private, 4 * PAGE));
}

static void opened_again(void)
{
    int fd = create("again", 0);
    char path[64], text[8] = "";

    SHOW(write(fd, "words", 5));
    sprintf(path, "/proc/self/fd/%d", fd);
    int reader = open(path, O_RDONLY);
    int writer = open(path, O_WRONLY);
    SHOW(close(fd));
    SHOW(read(reader, text, 7));
    puts(text);
    SHOW(write(writer, "W", 1));
    SHOW(read(writer, text, 1));
    SHOW(write(reader, "W", 1));
    SHOW(ftruncate(reader, 0));
    SHOW(pread(reader, text, 7, 0));
    puts(text);
    SHOW(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
    sprintf(path, "/proc/self/fd/%d", reader);
    fd = open(path, O_RDWR | O_TRUNC);
    show_stat(reader);
    SHOW(lseek(reader, 0, SEEK_CUR));
    close(fd);
    close(reader);
    close(writer);
}

static void lengths(void)
{
    int fd = create("lengths", 0);
    int ends[2] = {-1, -1};

    SHOW(ftruncate(fd, -1));
    SHOW(ftruncate(-1, -1));
    SHOW(ftruncate(-1, 0));
    SHOW(ftruncate(fd, INT64_MAX));
    show_stat(fd);
    SHOW(lseek(fd, 0, SEEK_END));
    SHOW(write(fd, "x", 1));
    SHOW(ftruncate(fd, 0x80000000ll));
    SHOW(syscall(SYS_ftruncate, fd, 0x80000001ul));
    show_stat(fd);
    SHOW(ftruncate(fd, 0));
    SHOW(pipe(ends));
    SHOW(ftruncate(ends[1], 0));
    close(ends[0]);
    close(ends[1]);
    close(fd);
}

static volatile int xfsz_count;

static void on_xfsz(int signal)
{
    (void)signal;
    xfsz_count++;
}

static void limits(void)
{
    struct rlimit limit = {100, RLIM_INFINITY}, none;
    int fd = create("limits", 0);

    getrlimit(RLIMIT_FSIZE, &none);
    signal(SIGXFSZ, on_xfsz);
    setrlimit(RLIMIT_FSIZE, &limit);
    SHOW(pwrite(fd, bytes, 50, 80));
    SHOW(pwrite(fd, bytes, 50, 100));
    SHOW(pwrite(fd, bytes, 0, 100));
    SHOW(xfsz_count);
    SHOW(ftruncate(fd, 100));
    SHOW(ftruncate(fd, 101));
    SHOW(xfsz_count);
    setrlimit(RLIMIT_FSIZE, &none);
    SHOW(ftruncate(fd, 101));
    close(fd);
}

static void seals(void)
{
    int fd = create("none", 0);
    int sealed = create("sealed", MFD_ALLOW_SEALING);

    SHOW(fcntl(fd, F_GET_SEALS));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
    SHOW(fcntl(sealed, F_GET_SEALS));
    SHOW(fcntl(sealed, F_ADD_SEALS, 0x100));
    SHOW(ftruncate(sealed, PAGE));
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_GROW));
    SHOW(ftruncate(sealed, PAGE + 1));
    SHOW(pwrite(sealed, bytes, PAGE, PAGE - 2));
    SHOW(pwrite(sealed, bytes, PAGE, PAGE));
    SHOW(pwrite(sealed, bytes, 2 * PAGE, 0));
    SHOW(ftruncate(sealed, PAGE - 1));
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK));
    SHOW(ftruncate(sealed, 5));
    char *shared =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, sealed, 0);
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
    SHOW(change(shared, 's'));
    SHOW(write(sealed, "x", 1));
    SHOW(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, sealed, 0) == MAP_FAILED);
    char *reading = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, sealed, 0);
    SHOW(look(reading));
    SHOW(mprotect(reading, PAGE, PROT_READ | PROT_WRITE));
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(munmap(shared, PAGE));
    SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
    SHOW(look(reading));
    SHOW(munmap(reading, PAGE));
    SHOW(fcntl(sealed, F_GET_SEALS));
    SHOW(fcntl(sealed, F_ADD_SEALS, 0));
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, sealed, 0) == MAP_FAILED);
    char *private =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, sealed, 0);
    SHOW(change(private, 'p'));
    SHOW(munmap(private, PAGE));
    close(fd);
    close(sealed);
}

/* Sealed at once against all writing, and shown all the same. */
static void sealed_at_once(void)
{
    int fd = create("at once", MFD_ALLOW_SEALING);

    SHOW(write(fd, "page", 4));
    char *reading = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(munmap(reading, PAGE));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    reading = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    SHOW(reading == MAP_FAILED);
    SHOW(look(reading));
    SHOW(mprotect(reading, PAGE, PROT_READ | PROT_WRITE));
    SHOW(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    SHOW(ftruncate(fd, 2));
    SHOW(ftruncate(fd, PAGE));
    SHOW(write(fd, "x", 1));
    SHOW(munmap(reading, PAGE));
    close(fd);
}

int main(void)
{
    signal(SIGBUS, on_fault);
    signal(SIGSEGV, on_fault);
    names();
    contents();
    appending();
    half_there();
    holes();
    mappings();
    opened_again();
    lengths();
    limits();
    seals();
    sealed_at_once();
    return 0;
}
