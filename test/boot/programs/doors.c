/* Calls by int 0x80, from a program of either size: arrays of pointers and
 * structures are i386's, because the door says so. Everything that they take
 * lies below 4 GiB. With "again": what execve brought. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA_SIZE 65536
#define MARK       0xa5
#define MACHINE_AT (4 * 65) /* in what uname answers */

enum {
    CALL_OPEN = 5,
    CALL_CLOSE = 6,
    CALL_WAITPID = 7,
    CALL_EXECVE = 11,
    CALL_GETRLIMIT = 76,
    CALL_SIGACTION = 67,
    CALL_GETTIMEOFDAY = 78,
    CALL_READLINK = 85,
    CALL_WAIT4 = 114,
    CALL_SYSINFO = 116,
    CALL_UNAME = 122,
    CALL_SIGPROCMASK = 126,
    CALL_LLSEEK = 140,
    CALL_READV = 145,
    CALL_WRITEV = 146,
    CALL_NANOSLEEP = 162,
    CALL_RT_SIGACTION = 174,
    CALL_RT_SIGPROCMASK = 175,
    CALL_SIGALTSTACK = 186,
    CALL_UGETRLIMIT = 191,
    CALL_FSTAT64 = 197,
    CALL_FCNTL64 = 221,
    CALL_SCHED_GETAFFINITY = 242,
    CALL_CLOCK_GETTIME = 265,
    CALL_CLOCK_GETRES = 266,
    CALL_CLOCK_NANOSLEEP = 267,
    CALL_PRLIMIT64 = 340,
    CALL_CLOCK_GETTIME64 = 403,
    CALL_CLOCK_GETRES_TIME64 = 406,
    CALL_CLOCK_NANOSLEEP_TIME64 = 407,
};

static char *arena; /* below 4 GiB */

static int call(int number, long a, long b, long c, long d)
{
    int result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(0)
                     : "memory");
    return result;
}

static long at(size_t offset)
{
    return (long)(arena + offset);
}

static uint32_t word(size_t offset)
{
    uint32_t value;
    memcpy(&value, arena + offset, sizeof(value));
    return value;
}

static void put(size_t offset, uint32_t value)
{
    memcpy(arena + offset, &value, sizeof(value));
}

static void mark(void)
{
    memset(arena, MARK, ARENA_SIZE);
}

/* How many bytes of the first of the arena the last call wrote. */
static int written(void)
{
    int size = ARENA_SIZE;
    while (size > 0 && (uint8_t)arena[size - 1] == MARK) {
        size--;
    }
    return size;
}

static void show(const char *what, int result)
{
    printf("%s: %d\n", what, result);
}

/* Of structures whose values differ from machine to machine. */
static void show_size(const char *what, int result)
{
    printf("%s: %d, %d bytes\n", what, result, written());
}

static void information(void)
{
    mark();
    show_size("sysinfo", call(CALL_SYSINFO, at(0), 0, 0, 0));
    mark();
    show_size("uname", call(CALL_UNAME, at(0), 0, 0, 0));
    printf("machine %s\n", arena + MACHINE_AT);
    personality(PER_LINUX32);
    call(CALL_UNAME, at(0), 0, 0, 0);
    printf("machine of 32 bits %s\n", arena + MACHINE_AT);
    personality(0);
    for (int size = 0; size <= 16; size++) {
        mark();
        show_size("affinity", call(CALL_SCHED_GETAFFINITY, 0, size, at(0), 0));
    }
}

static void limits(void)
{
    static const int calls[] = {CALL_GETRLIMIT, CALL_UGETRLIMIT};

    for (unsigned i = 0; i < 2; i++) {
        for (int limit = 0; limit < 17; limit++) {
            mark();
            show_size("limit", call(calls[i], limit, at(0), 0, 0));
        }
    }
    mark();
    call(CALL_UGETRLIMIT, 3, at(0), 0, 0);
    printf("stack %x %x\n", word(0), word(4));
    mark();
    show_size("prlimit64", call(CALL_PRLIMIT64, 0, 3, 0, at(0)));
}

static void times(void)
{
    mark();
    show_size("clock_gettime", call(CALL_CLOCK_GETTIME, 1, at(0), 0, 0));
    mark();
    show_size("clock_gettime64", call(CALL_CLOCK_GETTIME64, 1, at(0), 0, 0));
    mark();
    show_size("clock_getres", call(CALL_CLOCK_GETRES, 1, at(0), 0, 0));
    mark();
    show_size("clock_getres_time64",
              call(CALL_CLOCK_GETRES_TIME64, 1, at(0), 0, 0));
    mark();
    show_size("gettimeofday", call(CALL_GETTIMEOFDAY, at(0), at(8), 0, 0));
    mark();
    put(0, 0);
    put(4, 1000);
    show("nanosleep", call(CALL_NANOSLEEP, at(0), 0, 0, 0));
    show("clock_nanosleep", call(CALL_CLOCK_NANOSLEEP, 1, 0, at(0), 0));
    put(4, 1000000000);
    show("nanosleep", call(CALL_NANOSLEEP, at(0), 0, 0, 0));
    /* 64 bits, and the upper half of the nanoseconds is padding. */
    put(4, 0);
    put(8, 1000);
    show("clock_nanosleep_time64",
         call(CALL_CLOCK_NANOSLEEP_TIME64, 1, 0, at(0), 0));
    put(8, 1000000000);
    show("clock_nanosleep_time64",
         call(CALL_CLOCK_NANOSLEEP_TIME64, 1, 0, at(0), 0));
}

static void signals(void)
{
    mark();
    memset(arena, 0, 32);
    put(0, 1);          /* SIG_IGN */
    put(4, 0x10000000); /* SA_RESTART */
    put(12, 0x200);
    show("rt_sigaction", call(CALL_RT_SIGACTION, 10, at(0), 0, 8));
    mark();
    show_size("rt_sigaction", call(CALL_RT_SIGACTION, 10, 0, at(0), 8));
    printf("action %x %x %x %x %x\n", word(0), word(4), word(8), word(12),
           word(16));
    mark();
    show_size("sigaction", call(CALL_SIGACTION, 10, 0, at(0), 0));
    printf("action %x %x %x %x\n", word(0), word(4), word(8), word(12));
    mark();
    show_size("sigprocmask", call(CALL_SIGPROCMASK, 0, 0, at(0), 0));
    mark();
    show_size("rt_sigprocmask", call(CALL_RT_SIGPROCMASK, 0, 0, at(0), 8));
    mark();
    put(0, (uint32_t)at(16384));
    put(4, 0);
    put(8, 16384);
    show("sigaltstack", call(CALL_SIGALTSTACK, at(0), 0, 0, 0));
    mark();
    show_size("sigaltstack", call(CALL_SIGALTSTACK, 0, at(0), 0, 0));
    printf("stack %d %x %d\n", word(0) == (uint32_t)at(16384), word(4),
           word(8));
}

static void files(const char *self)
{
    static const int flags[] = {O_RDONLY, O_RDONLY | 0100000, O_PATH,
                                O_RDWR | O_APPEND | O_NONBLOCK};

    for (unsigned i = 0; i < 4; i++) {
        strcpy(arena, i < 3 ? self : "/dev/null");
        int fd = call(CALL_OPEN, at(0), flags[i], 0, 0);
        printf("open %o: %d, flags %o\n", flags[i], fd >= 0,
               call(CALL_FCNTL64, fd, F_GETFL, 0, 0));
        call(CALL_CLOSE, fd, 0, 0, 0);
    }
    strcpy(arena, self);
    int fd = call(CALL_OPEN, at(0), O_RDONLY, 0, 0);
    mark();
    show_size("fstat64", call(CALL_FSTAT64, fd, at(0), 0, 0));
    mark();
    put(0, (uint32_t)at(64));
    put(4, 1);
    put(8, (uint32_t)at(128));
    put(12, 3);
    show("readv", call(CALL_READV, fd, at(0), 2, 0));
    printf("%.1s%.3s\n", arena + 64 + (arena[64] == 0x7f), arena + 128);
    put(4, 0x80000000);
    show("readv", call(CALL_READV, fd, at(0), 2, 0));
    mark();
    show("_llseek", call(CALL_LLSEEK, fd, 0, 1, at(0)));
    printf("at %x %x %x\n", word(0), word(4), word(8));
    for (int i = -1; i < 2; i++) {
        strcpy(arena, "/proc/self/exe");
        show("readlink",
             call(CALL_READLINK, at(0), at(64), i < 0 ? INT32_MIN : i, 0));
    }
    fflush(stdout);
    memcpy(arena + 64, "one\ntwo\n", 8);
    put(0, (uint32_t)at(64));
    put(4, 4);
    put(8, (uint32_t)at(68));
    put(12, 4);
    show("writev", call(CALL_WRITEV, 1, at(0), 2, 0));
}

static void children(void)
{
    pid_t child = vfork();
    if (child == 0) {
        _exit(7);
    }
    mark();
    show("wait4", call(CALL_WAIT4, child, at(0), 0, at(4)) == child);
    printf("status %x, %d bytes\n", word(0), written());
    child = vfork();
    if (child == 0) {
        _exit(8);
    }
    mark();
    show("waitpid", call(CALL_WAITPID, child, at(0), 0, 0) == child);
    printf("status %x, %d bytes\n", word(0), written());
}

/* Pointers of 32 bits: the names from 64 on, the arrays at 0. */
static void execute(const char *self)
{
    static const char *const strings[] = {"doors", "again", "a word", "NAME=1",
                                          "OTHER=2"};
    size_t end = 64;

    mark();
    strcpy(arena + 1024, self);
    for (unsigned i = 0, slot = 0; i < 5; i++, slot++) {
        strcpy(arena + end, strings[i]);
        slot += i == 3; /* between the arrays */
        put(slot * 4, (uint32_t)at(end));
        end += strlen(strings[i]) + 1;
    }
    put(12, 0);
    put(24, 0);
    fflush(stdout);
    show("execve", call(CALL_EXECVE, at(1024), at(0), at(16), 0));
}

int main(int argc, char **argv, char **envp)
{
    if (argc > 1) {
        for (int i = 0; i < argc; i++) {
            printf("argument %s\n", argv[i]);
        }
        for (int i = 0; envp[i] != NULL; i++) {
            printf("environment %s\n", envp[i]);
        }
        return 0;
    }
    arena = mmap((void *)0x20000000, ARENA_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    information();
    limits();
    times();
    signals();
    files(argv[0]);
    children();
    execute(argv[0]);
    return 1;
}
