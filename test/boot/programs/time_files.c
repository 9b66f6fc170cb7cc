/* timerfd and signalfd: what is read from them and when, poll, and what is
 * refused. */
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
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND 1000000l
#define BAD         bad

/* Where nothing is; the compiler must not know. */
static void *volatile bad = (void *)8;

static void show(const char *what, long result)
{
    if (result < 0) {
        printf("%s: errno %d\n", what, errno);
    } else {
        printf("%s: %ld\n", what, result);
    }
}

#define SHOW(call) show(#call, call)

static struct itimerspec every(long first, long interval)
{
    return (struct itimerspec){
        .it_value = {first / 1000, first % 1000 * MILLISECOND},
        .it_interval = {interval / 1000, interval % 1000 * MILLISECOND},
    };
}

static int ready(int fd, int milliseconds)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT};

    return poll(&polled, 1, milliseconds) < 0 ? -1 : polled.revents;
}

static uint64_t ticks(int fd)
{
    uint64_t count = 0;

    show("read", read(fd, &count, sizeof(count)));
    return count;
}

static void is_left(int fd)
{
    struct itimerspec left;

    if (timerfd_gettime(fd, &left) != 0) {
        printf("gettime: errno %d\n", errno);
        return;
    }
    printf("  left: %s, interval %ld.%09ld\n",
           left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0 ? "none"
                                                                   : "some",
           (long)left.it_interval.tv_sec, left.it_interval.tv_nsec);
}

/* Once, often, and not at all. */
static void look_at_ticks(int fd)
{
    struct itimerspec time = every(300, 0), old;
    struct timespec start, now;

    printf("flags %x %x\n", fcntl(fd, F_GETFD), fcntl(fd, F_GETFL) & 0xfff);
    is_left(fd);
    ticks(fd);
    clock_gettime(CLOCK_MONOTONIC, &start);
    SHOW(timerfd_settime(fd, 0, &time, NULL));
    is_left(fd);
    printf("ready %x\n", ready(fd, 0));
    printf("ready %x\n", ready(fd, -1));
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("not too soon: %d\n",
           (now.tv_sec - start.tv_sec) * 1000 * MILLISECOND + now.tv_nsec -
                   start.tv_nsec >=
               300 * MILLISECOND);
    is_left(fd);
    printf("ticks %llu\n", (unsigned long long)ticks(fd));
    ticks(fd);
    time = every(1, 1);
    SHOW(timerfd_settime(fd, 0, &time, &old));
    usleep(30000);
    printf("many ticks: %d\n", ticks(fd) >= 30);
    time = every(0, 500);
    SHOW(timerfd_settime(fd, 0, &time, &old));
    printf("  old interval %ld\n", old.it_interval.tv_nsec);
    is_left(fd);
    printf("ready %x\n", ready(fd, 30));
    time.it_value = (struct timespec){0, 1};
    time.it_interval = (struct timespec){1000000, 0};
    SHOW(timerfd_settime(fd, TFD_TIMER_ABSTIME, &time, NULL));
    ready(fd, -1);
    printf("ticks %llu\n", (unsigned long long)ticks(fd));
    is_left(fd);
}

static void refused(int fd)
{
    struct itimerspec time;
    char small[8];

    SHOW(read(fd, small, sizeof(small) - 1));
    SHOW(write(fd, small, sizeof(small)));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(pread(fd, small, 8, 0));
    time = every(1, 0);
    SHOW(timerfd_settime(fd, 0, &time, NULL));
    ready(fd, -1);
    SHOW(read(fd, BAD, 8));
    SHOW(timerfd_settime(fd, 4, &time, NULL));
    SHOW(syscall(SYS_timerfd_settime, fd, 0, BAD, NULL));
    SHOW(timerfd_settime(1, 0, &time, NULL));
    SHOW(timerfd_settime(99, 0, &time, NULL));
    time.it_value.tv_nsec = 1000 * MILLISECOND;
    SHOW(timerfd_settime(fd, 0, &time, NULL));
    time.it_value.tv_nsec = -1;
    SHOW(timerfd_settime(fd, 0, &time, NULL));
    time = every(100, 0);
    SHOW(syscall(SYS_timerfd_settime, fd, 0, &time, BAD));
    SHOW(syscall(SYS_timerfd_gettime, fd, BAD));
    SHOW(timerfd_gettime(1, &time));
    SHOW(timerfd_gettime(99, &time));
    SHOW(timerfd_create(77, 0));
    SHOW(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
    SHOW(timerfd_create(CLOCK_REALTIME, 1));
}

static void look_at_timers(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

    look_at_ticks(fd);
    refused(fd);
    close(fd);
}

/* A reader that blocks; a time of day. */
static void wait_in_read(void)
{
    struct itimerspec time;
    int fd = timerfd_create(CLOCK_REALTIME, 0);

    clock_gettime(CLOCK_REALTIME, &time.it_value);
    time.it_value.tv_sec++;
    time.it_interval = (struct timespec){0, 0};
    SHOW(timerfd_settime(fd, TFD_TIMER_ABSTIME, &time, NULL));
    printf("ticks %llu\n", (unsigned long long)ticks(fd));
    char name[64] = "", path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    printf("%ld %s\n", (long)readlink(path, name, sizeof(name) - 1), name);
    close(fd);
}

static sigset_t set_of(int first, int second)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, first);
    sigaddset(&set, second);
    return set;
}

static void show_signals(int fd, size_t room)
{
    struct signalfd_siginfo infos[4];
    ssize_t size = read(fd, infos, room);

    show("read", size);
    for (ssize_t i = 0; i < size / (ssize_t)sizeof(infos[0]); i++) {
        printf("  signal %u code %d own %d value %d status %d\n",
               infos[i].ssi_signo, infos[i].ssi_code,
               infos[i].ssi_pid == (uint32_t)getpid(), infos[i].ssi_int,
               infos[i].ssi_status);
    }
}

static void look_at_signals(void)
{
    sigset_t set = set_of(SIGUSR1, SIGRTMIN);
    sigset_t other = set_of(SIGCHLD, SIGKILL);

    sigprocmask(SIG_BLOCK, &set, NULL);
    sigprocmask(SIG_BLOCK, &other, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    printf("flags %x %x ready %x\n", fcntl(fd, F_GETFD),
           fcntl(fd, F_GETFL) & 0xfff, ready(fd, 0));
    show_signals(fd, sizeof(struct signalfd_siginfo));
    show_signals(fd, 127);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 7});
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 8});
    printf("ready %x\n", ready(fd, 0));
    show_signals(fd, 2 * sizeof(struct signalfd_siginfo) + 5);
    show_signals(fd, 4 * sizeof(struct signalfd_siginfo));
    printf("ready %x\n", ready(fd, 0));
    SHOW((long)(signalfd(fd, &other, 0) == fd));
    fflush(stdout);
    if (fork() == 0) {
        _exit(3);
    }
    printf("ready %x\n", ready(fd, -1));
    show_signals(fd, sizeof(struct signalfd_siginfo));
    wait(NULL);
    SHOW(signalfd(1, &set, 0));
    SHOW(signalfd(99, &set, 0));
    SHOW(signalfd(-1, &set, 1));
    SHOW(signalfd(-1, BAD, 0));
    SHOW(write(fd, "x", 1));
    close(fd);
}

/* A reader that waits for another process's signal, by read and by epoll. */
static void wait_for_child(void)
{
    sigset_t set = set_of(SIGUSR1, SIGUSR2);
    struct epoll_event event = {.events = EPOLLIN};
    pid_t parent = getpid();

    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, 0);
    int epoll = epoll_create1(0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct signalfd_siginfo info;
        kill(parent, SIGUSR1);
        (void)!read(fd, &info, sizeof(info));
        kill(parent, info.ssi_signo == SIGUSR2 ? SIGUSR2 : SIGTERM);
        _exit(0);
    }
    show_signals(fd, sizeof(struct signalfd_siginfo));
    SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
    kill(child, SIGUSR2);
    SHOW(epoll_wait(epoll, &event, 1, -1));
    show_signals(fd, sizeof(struct signalfd_siginfo));
    SHOW(epoll_wait(epoll, &event, 1, 0));
    waitpid(child, NULL, 0);
}

/* A set outlives the process whose signals it watches. */
static void outlive(void)
{
    sigset_t set = set_of(SIGUSR1, SIGUSR2);
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(0);
    int fd = signalfd(-1, &set, 0);

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        _exit(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
    }
    waitpid(child, NULL, 0);
    SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event));
}

int main(void)
{
    look_at_timers();
    wait_in_read();
    look_at_signals();
    wait_for_child();
    outlive();
    return 0;
}
