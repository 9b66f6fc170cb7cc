/* Pipes: what fits, what is atomic, who is told what, and what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define MUCH 1000000

static char buffer[MUCH];
static char *volatile bad = (char *)16;
static volatile size_t far_too_much = (size_t)-1;
static volatile int broken;

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void note(int signal, siginfo_t *info, void *context)
{
    (void)context;
    broken += signal == SIGPIPE && info->si_code == SI_USER &&
              info->si_pid == getpid();
}

/* A page that ends where nothing is mapped. */
static char *last_page(void)
{
    char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + PAGE, PAGE);
    return page;
}

static int left(int fd)
{
    int count = -1;
    ioctl(fd, FIONREAD, &count);
    return count;
}

static void refusals(void)
{
    int p[2];

    SHOW(pipe2((int *)bad, 0));
    SHOW(pipe2(p, O_APPEND));
    SHOW(pipe2(p, -1));
    SHOW(pipe(p));
    SHOW(read(p[1], buffer, 1));
    SHOW(write(p[0], buffer, 1));
    SHOW(read(p[0], buffer, 0));
    SHOW(write(p[1], buffer, 0));
    SHOW(write(p[1], bad, 1));
    SHOW(write(p[1], "x", 1));
    SHOW(read(p[0], bad, 1));
    SHOW(read(p[0], buffer, 0));
    SHOW(lseek(p[0], 0, SEEK_SET));
    SHOW(pread(p[0], buffer, 1, 0));
    SHOW(pwrite(p[1], buffer, 1, 0));
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0) == MAP_FAILED ? -1L
                                                                         : 0L);
    SHOW(ioctl(p[0], TIOCGSID, buffer));
    SHOW(ioctl(p[0], FIONREAD, bad));
    SHOW(left(p[0]));
    SHOW(left(p[1]));
    SHOW(fcntl(p[0], F_GETFL));
    SHOW(fcntl(p[1], F_GETFL) & ~O_LARGEFILE);
    SHOW(fcntl(p[0], F_GETFD));
    close(p[0]);
    close(p[1]);
    SHOW(pipe2(p, O_NONBLOCK | O_CLOEXEC));
    SHOW(fcntl(p[0], F_GETFL));
    SHOW(fcntl(p[1], F_GETFL));
    SHOW(fcntl(p[0], F_GETFD));
    SHOW(read(p[0], buffer, 1));
    SHOW(write(p[1], buffer, far_too_much));
    close(p[0]);
    close(p[1]);
}

static void what_it_is(void)
{
    int p[2];
    struct stat stat, other;
    char name[64], path[64];

    pipe(p);
    fstat(p[0], &stat);
    fstat(p[1], &other);
    printf("mode %o links %d size %d same %d\n", stat.st_mode,
           (int)stat.st_nlink, (int)stat.st_size, stat.st_ino == other.st_ino);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", p[1]);
    long size = readlink(path, name, sizeof(name) - 1);
    name[size < 0 ? 0 : size] = '\0';
    snprintf(buffer, sizeof(buffer), "pipe:[%llu]",
             (unsigned long long)stat.st_ino);
    printf("its name is %s\n", strcmp(name, buffer) == 0 ? "right" : name);

    int again = open(path, O_RDONLY | O_NONBLOCK);
    SHOW(read(again, buffer, 1));
    SHOW(write(p[1], "again", 5));
    SHOW(read(again, buffer, 9));
    close(p[1]);
    SHOW(read(again, buffer, 9));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", p[0]);
    int writer = open(path, O_WRONLY);
    SHOW(write(writer, "more", 4));
    SHOW(read(p[0], buffer, 9));
    int only = open(path, O_PATH);
    close(writer);
    SHOW(read(only, buffer, 1));
    SHOW(read(p[0], buffer, 9));
    SHOW(open("/proc/self/fd/0/x", O_RDONLY));
    SHOW(openat(p[0], "x", O_RDONLY));
    close(p[0]);
    close(again);
    close(only);
}

/* How many writes of SIZE bytes fit, and what is left then. */
static void fill(int flags, int size)
{
    int p[2], count = 0;
    long last;

    pipe2(p, O_NONBLOCK | flags);
    while ((last = write(p[1], buffer, size)) == size) {
        count++;
    }
    printf("%d bytes: %d writes, then %ld, errno %d, %d bytes\n", size, count,
           last, last < 0 ? errno : 0, left(p[0]));
    printf("after one page: %ld", (long)read(p[0], buffer, PAGE));
    printf(", %ld\n", (long)write(p[1], buffer, size));
    close(p[0]);
    close(p[1]);
}

static void sizes(void)
{
    int p[2];
    pipe2(p, O_NONBLOCK);
    SHOW(fcntl(p[0], F_GETPIPE_SZ));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 1));
    SHOW(write(p[1], buffer, 5000));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 0));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, -1));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 3 * PAGE));
    SHOW(write(p[1], buffer, 5 * PAGE));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 2 * PAGE));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 1 << 20));
    SHOW(write(p[1], buffer, MUCH));
    SHOW(left(p[0]));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 1 << 19));
    SHOW(read(p[0], buffer, MUCH));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, 100000));
    SHOW(fcntl(open("/dev/null", O_RDWR), F_SETPIPE_SZ, PAGE));
    close(p[0]);
    close(p[1]);
}

static void packets(void)
{
    int p[2];
    pipe2(p, O_NONBLOCK | O_DIRECT);
    SHOW(write(p[1], "first", 5));
    SHOW(write(p[1], "second", 6));
    SHOW(write(p[1], buffer, PAGE + 10));
    SHOW(read(p[0], buffer, 2));
    SHOW(read(p[0], buffer, 100));
    SHOW(read(p[0], buffer, 2 * PAGE));
    SHOW(read(p[0], buffer, 2 * PAGE));
    SHOW(fcntl(p[1], F_SETFL, O_NONBLOCK));
    SHOW(write(p[1], "one", 3));
    SHOW(write(p[1], "two", 3));
    SHOW(read(p[0], buffer, 100));
    close(p[0]);
    close(p[1]);
}

static void nobody_reads(void)
{
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    int p[2];

    sigaction(SIGPIPE, &action, NULL);
    pipe(p);
    close(p[0]);
    SHOW(write(p[1], "", 0));
    SHOW(write(p[1], "x", 1));
    SHOW(writev(p[1], &(struct iovec){buffer, 1}, 1));
    SHOW(write(p[1], bad, 1));
    printf("told %d times\n", broken);
    signal(SIGPIPE, SIG_IGN);
    SHOW(write(p[1], "x", 1));
    close(p[1]);
    signal(SIGPIPE, SIG_DFL);
}

static void memory_ends(void)
{
    char *page = last_page();
    int p[2];

    pipe2(p, O_NONBLOCK);
    memset(page, 'm', PAGE);
    SHOW(write(p[1], page + PAGE - 10, 20));
    SHOW(left(p[0]));
    SHOW(write(p[1], page, 2 * PAGE));
    SHOW(left(p[0]));
    SHOW(write(p[1], "0123456789", 10));
    SHOW(write(p[1], page + PAGE - 10, 20));
    SHOW(read(p[0], page + PAGE - 4, 10));
    SHOW(left(p[0]));
    SHOW(read(p[0], buffer, 100));
    write(p[1], buffer, PAGE);
    write(p[1], "tail", 4);
    SHOW(read(p[0], page, 2 * PAGE));
    SHOW(left(p[0]));
    struct iovec vectors[] = {
        {"abc", 3}, {buffer, 0}, {page + PAGE - 2, 2}, {"defg", 4}};
    SHOW(read(p[0], buffer, 100));
    SHOW(writev(p[1], vectors, 4));
    struct iovec parts[] = {{buffer, 2}, {buffer + 10, 3}, {buffer + 20, 50}};
    SHOW(readv(p[0], parts, 3));
    printf("%.2s %.3s %.4s\n", buffer, buffer + 10, buffer + 20);
    struct iovec hole[] = {{"abc", 3}, {page + PAGE, 2}};
    SHOW(writev(p[1], hole, 2));
    SHOW(left(p[0]));
    struct iovec large[] = {{buffer, 3000}, {buffer, 3000}, {buffer, 3000}};
    int count = 0;
    while (writev(p[1], large, 3) == 9000) {
        count++;
    }
    printf("%d writes of 9000 bytes, %d bytes\n", count, left(p[0]));
    SHOW(readv(p[0], large, 3));
    SHOW(readv(p[1], large, 3));
    SHOW(writev(p[0], large, 3));
    close(p[0]);
    close(p[1]);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    refusals();
    what_it_is();
    fill(0, 1);
    fill(0, 1000);
    fill(0, 3000);
    fill(0, PAGE);
    fill(0, 5000);
    fill(0, 100000);
    fill(O_DIRECT, 1);
    sizes();
    packets();
    nobody_reads();
    memory_ends();
    return 0;
}
