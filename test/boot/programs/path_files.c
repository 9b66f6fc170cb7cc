/* Files without a name, which O_PATH opens once more by /proc: both are closed,
 * in either order, and the other one is as it was. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int counter(void)
{
    return eventfd(5, EFD_NONBLOCK);
}

static int clock_file(void)
{
    const struct itimerspec soon = {.it_value.tv_nsec = 50000000};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

    timerfd_settime(fd, 0, &soon, NULL);
    return fd;
}

static int signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    return signalfd(-1, &set, SFD_NONBLOCK);
}

static int set(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int fd = epoll_create1(0);

    epoll_ctl(fd, EPOLL_CTL_ADD, STDOUT_FILENO, &event);
    return fd;
}

static int reader(void)
{
    int p[2];

    (void)!pipe2(p, O_NONBLOCK);
    (void)!write(p[1], "pipe", 4);
    close(p[1]);
    return p[0];
}

static int end(void)
{
    int s[2];

    (void)!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
    (void)!write(s[1], "socket", 6);
    close(s[1]);
    return s[0];
}

static const struct {
    const char *name;
    int (*make)(void);
} kinds[] = {
    {"eventfd", counter}, {"timerfd", clock_file}, {"signalfd", signals},
    {"epoll", set},       {"pipe", reader},        {"socket", end},
};

static int open_path(int fd)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, O_PATH);
}

static void show(const char *name, const char *what, int fd)
{
    char bytes[8] = "";
    long count = read(fd, bytes, sizeof(bytes));

    printf("%s, %s: %ld, errno %d, %02x\n", name, what, count,
           count < 0 ? errno : 0, (unsigned)bytes[0]);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct stat status;
        int fd = kinds[i].make();
        int path = open_path(fd);
        show(kinds[i].name, "the path", path);
        close(path);
        int other = kinds[i].make();
        show(kinds[i].name, "the file", fd);
        path = open_path(fd);
        close(fd);
        show(kinds[i].name, "another", other);
        usleep(60000);
        int result = fstat(path, &status);
        printf("%d, mode %o\n", result, status.st_mode & S_IFMT);
        close(path);
        close(other);
    }
    return 0;
}
