/* eventfd and epoll: what is told when, and what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spawn.h"

static void *volatile bad = (void *)16;
static volatile int minus_one = -1;
static volatile size_t nine = 9;
static char buffer[65536];

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void ignore(int signal)
{
    (void)signal;
}

static void show_events(const char *name, int fd)
{
    struct pollfd one = {fd, ~0, 0};
    int count = poll(&one, 1, 0);
    printf("%-12s %d, events %#x\n", name, count, (unsigned short)one.revents);
}

static void show_name(int fd)
{
    char path[64], name[64] = "";
    struct stat stat;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (readlink(path, name, sizeof(name) - 1) < 0 || fstat(fd, &stat) != 0) {
        perror(path);
    }
    printf("%s mode %o\n", name, stat.st_mode);
    SHOW(open(path, O_RDONLY));
}

static void events(void)
{
    uint64_t value = 0;
    int fd = eventfd(5, EFD_NONBLOCK);

    show_name(fd);
    show_events("5", fd);
    SHOW(read(fd, &value, 7));
    SHOW(read(fd, &value, nine));
    printf("%d\n", (int)value);
    SHOW(read(fd, &value, 8));
    show_events("0", fd);
    value = UINT64_MAX;
    SHOW(write(fd, &value, 8));
    value--;
    SHOW(write(fd, &value, 7));
    SHOW(write(fd, bad, 8));
    SHOW(write(fd, &value, 8));
    show_events("full", fd);
    value = 1;
    SHOW(write(fd, &value, 8));
    SHOW(read(fd, bad, 8));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(pread(fd, &value, 8, 0));
    close(fd);
    fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    SHOW(read(fd, &value, 8));
    SHOW(read(fd, &value, 8));
    printf("%d\n", (int)value);
    SHOW(read(fd, &value, 8));
    close(fd);
    SHOW(eventfd(0, 2));
    fd = eventfd(0, EFD_CLOEXEC);
    int child = spawn("event", fd, 3);
    SHOW(read(fd, &value, 8));
    printf("%d\n", (int)value);
    show_end(child);
    close(fd);
}

static void refused_additions(int e, int other, const int p[2])
{
    struct epoll_event event = {.events = EPOLLIN};

    show_name(e);
    SHOW(epoll_create(0));
    SHOW(epoll_create1(1));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, e, &event));
    SHOW(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, 99, &event));
    SHOW(epoll_ctl(99, EPOLL_CTL_ADD, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], bad));
    SHOW(epoll_ctl(e, 9, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, open("/proc/self/exe", O_RDONLY), &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, open("/dev/null", O_RDONLY), &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, dup(p[0]), &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[1], &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, other, &event));
}

static void refused_waits(int e, const int p[2])
{
    struct epoll_event event;

    SHOW(epoll_wait(e, &event, 0, 0));
    SHOW(epoll_wait(e, &event, minus_one, 0));
    SHOW(epoll_wait(e, (void *)bad, 1, 0));
    SHOW(epoll_wait(p[0], &event, 1, 0));
    SHOW(epoll_wait(99, &event, 1, 0));
    SHOW(read(e, buffer, 1));
    SHOW(write(e, buffer, 1));
    write(p[1], "x", 1);
    SHOW(epoll_wait(e, (void *)bad, 1, 0));
    SHOW(epoll_wait(e, &event, 1, 0));
}

/* In circles, and too deep. */
static void refused_nesting(int e, int other)
{
    struct epoll_event event = {.events = EPOLLIN};
    int chain[8];

    SHOW(epoll_ctl(e, EPOLL_CTL_ADD, other, &event));
    SHOW(epoll_ctl(other, EPOLL_CTL_ADD, e, &event));
    chain[0] = epoll_create1(0);
    int depth = 0;
    for (int i = 1; i < 8; i++) {
        chain[i] = epoll_create1(0);
        if (epoll_ctl(chain[i], EPOLL_CTL_ADD, chain[i - 1], &event) != 0) {
            printf("errno %d\n", errno);
            break;
        }
        depth++;
    }
    printf("enough: %d\n", depth >= 3);
}

static void refusals(void)
{
    int e = epoll_create1(0), other = epoll_create(1), p[2];

    pipe(p);
    refused_additions(e, other, p);
    refused_waits(e, p);
    close(p[0]);
    close(p[1]);
    refused_nesting(e, other);
    for (int fd = e; fd < 60; fd++) {
        close(fd);
    }
}

static void told(int e)
{
    struct epoll_event events[4];
    int count = epoll_wait(e, events, 4, 0);
    printf("%d:", count);
    for (int i = 0; i < count; i++) {
        printf(" %#x of %d", events[i].events, (int)events[i].data.u64);
    }
    printf("\n");
}

static void by_level(int e, const int p[2])
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 1};

    epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event);
    told(e);
    write(p[1], "ab", 2);
    told(e);
    told(e);
    show_events("set", e);
    read(p[0], buffer, 1);
    told(e);
    read(p[0], buffer, 1);
    told(e);
    show_events("empty set", e);
}

static void by_edge(int e, const int q[2])
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 2};

    epoll_ctl(e, EPOLL_CTL_ADD, q[0], &event);
    write(q[1], "ab", 2);
    told(e);
    told(e);
    write(q[1], "c", 1);
    told(e);
    read(q[0], buffer, 1);
    told(e);
    epoll_ctl(e, EPOLL_CTL_MOD, q[0], &event);
    told(e);
}

static void once(int e, const int q[2])
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT,
                                .data.u64 = 3};

    epoll_ctl(e, EPOLL_CTL_MOD, q[0], &event);
    told(e);
    write(q[1], "d", 1);
    told(e);
    epoll_ctl(e, EPOLL_CTL_MOD, q[0], &event);
    told(e);
}

/* The room in a pipe, until both of its ends are gone. */
static void for_writing(int e, const int p[2])
{
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET, .data.u64 = 4};

    epoll_ctl(e, EPOLL_CTL_ADD, p[1], &event);
    told(e);
    told(e);
    while (write(p[1], buffer, 4096) > 0) {
    }
    epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL);
    told(e);
    read(p[0], buffer, 4096);
    told(e);
    read(p[0], buffer, 4096);
    told(e);
    close(p[0]);
    told(e);
    close(p[1]);
    told(e);
}

/* One in another; a file that is closed is forgotten. */
static void nested(int e, const int q[2])
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 5};
    int outer = epoll_create1(0), events = eventfd(0, 0);
    uint64_t one = 1;

    epoll_ctl(e, EPOLL_CTL_ADD, events, &event);
    event.data.u64 = 6;
    epoll_ctl(outer, EPOLL_CTL_ADD, e, &event);
    told(outer);
    write(events, &one, 8);
    told(outer);
    told(e);
    close(events);
    told(outer);
    told(e);
    close(q[1]);
    epoll_ctl(e, EPOLL_CTL_MOD, q[0], &event);
    told(e);
    close(e);
    told(outer);
    close(outer);
    close(q[0]);
}

static void modes(void)
{
    int e = epoll_create1(0), p[2], q[2];

    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    by_level(e, p);
    by_edge(e, q);
    once(e, q);
    for_writing(e, p);
    nested(e, q);
}

static void waits(void)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7};
    int e = epoll_create1(EPOLL_CLOEXEC), p[2];
    sigset_t set;

    pipe2(p, O_CLOEXEC);
    epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event);
    SHOW(epoll_wait(e, &event, 1, 20));
    int child = spawn("write", p[1], 0);
    SHOW(epoll_wait(e, &event, 1, -1));
    show_end(child);
    read(p[0], buffer, 1);
    sigaction(SIGUSR1, &action, NULL);
    child = spawn("signal", getpid(), SIGUSR1);
    SHOW(epoll_wait(e, &event, 1, -1));
    show_end(child);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    sigemptyset(&set);
    SHOW(epoll_pwait(e, &event, 1, -1, &set));
    SHOW(syscall(SYS_epoll_pwait, e, &event, 1, 0, &set, 4));
    SHOW(syscall(SYS_epoll_pwait, e, &event, 1, 0, bad, 8));
    child = spawn("leave", p[1], 0);
    close(p[1]);
    SHOW(epoll_wait(e, &event, 1, -1));
    printf("%#x\n", event.events);
    show_end(child);
}

static int run_child(char **words)
{
    int first = atoi(words[2]), second = atoi(words[3]);
    uint64_t value = second;
    usleep(20000);
    if (strcmp(words[1], "write") == 0) {
        write(first, "w", 1);
    } else if (strcmp(words[1], "event") == 0) {
        write(first, &value, sizeof(value));
    } else if (strcmp(words[1], "signal") == 0) {
        kill(first, second);
    }
    return 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4) {
        return run_child(argv);
    }
    events();
    refusals();
    modes();
    waits();
    return 0;
}
