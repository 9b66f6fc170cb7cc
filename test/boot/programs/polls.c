/* poll, ppoll, select and pselect6: what is ready, for how long one waits, what
 * signals do to it, and what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "spawn.h"

#define PAGE 4096

static char buffer[65536];
static char *volatile bad = (char *)16;
static volatile int handled;
static volatile nfds_t far_too_many = -1;

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void handle(int signal)
{
    handled = signal;
}

static long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static char *last_page(void)
{
    char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + PAGE, PAGE);
    return page;
}

static void show_events(const char *name, int fd)
{
    struct pollfd one = {fd, ~0, 0x7fff};
    int count = poll(&one, 1, 0);
    printf("%-12s %d, events %#x\n", name, count, (unsigned short)one.revents);
}

static void states(void)
{
    int p[2], q[2];
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    show_events("empty", p[0]);
    show_events("writable", p[1]);
    write(p[1], "x", 1);
    show_events("readable", p[0]);
    while (write(p[1], buffer, 100) > 0) {
    }
    show_events("full", p[1]);
    read(p[0], buffer, PAGE - 1);
    show_events("still full", p[1]);
    read(p[0], buffer, PAGE);
    show_events("a page free", p[1]);
    close(p[1]);
    show_events("hung up", p[0]);
    while (read(p[0], buffer, sizeof(buffer)) > 0) {
    }
    show_events("and empty", p[0]);
    close(q[0]);
    show_events("nobody reads", q[1]);
    show_events("closed", q[0]);
    show_events("negative", -5);
    show_events("null", open("/dev/null", O_RDWR));
    show_events("file", open("/proc/self/exe", O_RDONLY));
    show_events("path", open("/dev/null", O_PATH));
    show_events("directory", open("/dev", O_RDONLY));
}

static void refusals(void)
{
    struct pollfd *edge = (struct pollfd *)(last_page() + PAGE) - 1;
    struct timespec wrong = {0, 1000000000}, negative = {-1, 0};
    struct rlimit limit = {50, 4096};
    sigset_t set;
    fd_set fds;
    int p[2];

    pipe(p);
    *edge = (struct pollfd){p[1], POLLOUT, 0};
    SHOW(poll(edge, 1, 0));
    SHOW(poll(edge, 2, 0));
    SHOW(poll((struct pollfd *)bad, 1, 0));
    SHOW(poll((struct pollfd *)bad, 0, 0));
    SHOW(poll((struct pollfd *)(uintptr_t)-8, 1, 0));
    SHOW(poll(edge, far_too_many, 0));
    SHOW(poll((struct pollfd *)buffer, 1025, 0));
    SHOW(ppoll(edge, 1, &wrong, NULL));
    SHOW(ppoll(edge, 1, &negative, NULL));
    SHOW(syscall(SYS_ppoll, edge, 1, bad, NULL, 8));
    SHOW(syscall(SYS_ppoll, edge, 1, NULL, bad, 8));
    SHOW(syscall(SYS_ppoll, edge, 1, NULL, &set, 4));
    setrlimit(RLIMIT_NOFILE, &limit);
    SHOW(poll((struct pollfd *)buffer, 51, 0));
    limit.rlim_cur = 1024;
    setrlimit(RLIMIT_NOFILE, &limit);

    FD_ZERO(&fds);
    FD_SET(p[1], &fds);
    SHOW(select(-1, NULL, NULL, NULL, NULL));
    SHOW(select(p[1] + 1, NULL, &fds, NULL, NULL));
    SHOW(select(p[1] + 1, (fd_set *)bad, NULL, NULL, NULL));
    SHOW(select(INT32_MAX, NULL, &fds, NULL, NULL));
    SHOW(select(p[1], NULL, &fds, NULL, &(struct timeval){0, 0}));
    FD_SET(60, &fds);
    SHOW(select(61, NULL, &fds, NULL, NULL));
    SHOW(select(1, NULL, NULL, NULL, &(struct timeval){-1, 0}));
    SHOW(select(1, NULL, NULL, NULL, &(struct timeval){0, -1}));
    SHOW(pselect(1, NULL, NULL, NULL, &wrong, NULL));
    close(p[0]);
    close(p[1]);
}

static void sets(void)
{
    fd_set in, out, except;
    int p[2];

    pipe(p);
    write(p[1], "x", 1);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&except);
    for (int i = 0; i < 2; i++) {
        FD_SET(p[i], &in);
        FD_SET(p[i], &out);
        FD_SET(p[i], &except);
    }
    SHOW(select(p[1] + 1, &in, &out, &except, NULL));
    printf("in %d %d out %d %d except %d %d\n", FD_ISSET(p[0], &in),
           FD_ISSET(p[1], &in), FD_ISSET(p[0], &out), FD_ISSET(p[1], &out),
           FD_ISSET(p[0], &except), FD_ISSET(p[1], &except));
    close(p[1]);
    read(p[0], buffer, 1);
    FD_ZERO(&in);
    FD_SET(p[0], &in);
    SHOW(select(p[0] + 1, &in, NULL, NULL, NULL));
    dup2(p[0], 1000);
    FD_ZERO(&in);
    FD_SET(1000, &in);
    SHOW(select(1001, &in, NULL, NULL, NULL));
    SHOW(FD_ISSET(1000, &in));
    close(1000);
    close(p[0]);
}

static void times(void)
{
    struct timespec time = {0, 30000000};
    struct timeval small = {0, 30000}, large = {5, 0}, carry = {0, 5000000};
    int p[2];

    pipe(p);
    struct pollfd one = {p[0], POLLIN, 0};
    long start = now();
    SHOW(poll(&one, 1, 30));
    SHOW(poll(NULL, 0, 30));
    SHOW(ppoll(&one, 1, &time, NULL));
    SHOW(select(0, NULL, NULL, NULL, &small));
    printf("in time: %d\n", now() - start >= 120);
    printf("left: %ld %ld\n", (long)small.tv_sec, (long)small.tv_usec);
    fd_set fds;
    FD_ZERO(&fds);
    FD_SET(p[1], &fds);
    SHOW(select(p[1] + 1, NULL, &fds, NULL, &large));
    printf("left: %d\n", large.tv_sec >= 1 && large.tv_sec <= 5);
    SHOW(select(p[1] + 1, NULL, &fds, NULL, &carry));
    printf("left: %d\n", carry.tv_sec >= 1 && carry.tv_usec < 1000000);
    close(p[0]);
    close(p[1]);
}

/* The mask changes while it waits, and the handler runs. */
static void masks(struct pollfd *many)
{
    sigset_t blocked, open;

    sigemptyset(&open);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGUSR1);
    handled = 0;
    SHOW(poll(many, 1, 10));
    SHOW(handled);
    SHOW(ppoll(many, 1, NULL, &open));
    SHOW(handled == SIGUSR1);
    raise(SIGUSR1);
    handled = 0;
    SHOW(pselect(0, NULL, NULL, NULL, NULL, &open));
    SHOW(handled == SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &open);
    SHOW(sigismember(&open, SIGUSR1));
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

/* A stop is no interruption. */
static void stops(struct pollfd *many, const int *p)
{
    int child = spawn("stop", getpid(), p[1]);
    SHOW(poll(many, 1, 5000));
    show_end(child);
    read(p[0], buffer, 10);
    child = spawn("stop", getpid(), p[1]);
    SHOW(ppoll(many, 1, &(struct timespec){5, 0}, NULL));
    show_end(child);
    child = spawn("stop", getpid(), p[1]);
    SHOW(nanosleep(&(struct timespec){0, 100000000}, NULL));
    show_end(child);
}

static void others(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    int p[2];

    pipe2(p, O_CLOEXEC);
    int child = spawn("write", p[1], 0);
    struct pollfd many[40];
    for (int i = 0; i < 40; i++) {
        many[i] = (struct pollfd){p[0], POLLIN, 0};
    }
    SHOW(poll(many, 40, -1));
    show_end(child);
    read(p[0], buffer, 10);

    sigaction(SIGUSR1, &action, NULL);
    child = spawn("signal", getpid(), SIGUSR1);
    SHOW(poll(many, 1, -1));
    show_end(child);
    child = spawn("signal", getpid(), SIGUSR1);
    SHOW(select(0, NULL, NULL, NULL, NULL));
    show_end(child);

    masks(many);
    stops(many, p);
    close(p[0]);
    close(p[1]);
}

static int run_child(char **words)
{
    int first = atoi(words[2]), second = atoi(words[3]);
    usleep(20000);
    if (strcmp(words[1], "write") == 0) {
        write(first, "w", 1);
    } else if (strcmp(words[1], "signal") == 0) {
        kill(first, second);
    } else {
        kill(first, SIGSTOP);
        usleep(20000);
        kill(first, SIGCONT);
        usleep(20000);
        write(second, "w", 1);
    }
    return 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4) {
        return run_child(argv);
    }
    states();
    refusals();
    sets();
    times();
    others();
    return 0;
}
