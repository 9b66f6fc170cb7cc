/* Pairs of sockets: what they carry, how they end, and what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "socket_pair.h"

#define MUCH 300000

static char buffer[MUCH];
static char *volatile bad = (char *)16;
static volatile int broken;

static void note(int signal)
{
    broken += signal == SIGPIPE;
}

static unsigned ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
    return poll(&p, 1, 0) >= 0 ? (unsigned)p.revents : 0xffff;
}

static int option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof(value);
    return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

static int set_option(int fd, int name, int value)
{
    return setsockopt(fd, SOL_SOCKET, name, &value, sizeof(value));
}

static int left(int fd, unsigned long request)
{
    int count = -1;
    ioctl(fd, request, &count);
    return count;
}

static void refused_kinds(void)
{
    int s[2];

    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)bad));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 7, s));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 1, s));
    part(s);
    SHOW(socketpair(AF_UNIX, SOCK_RDM, 0, s));
    SHOW(socketpair(AF_UNIX, 0, 0, s));
    SHOW(socketpair(AF_UNIX, 11, 0, s));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM | 0x100, 0, s));
    SHOW(socketpair(-1, SOCK_STREAM, 0, s));
    SHOW(socketpair(46, SOCK_STREAM, 0, s));
    SHOW(socketpair(AF_X25, SOCK_STREAM, 0, s));
    SHOW(socket(46, SOCK_STREAM, 0));
    SHOW(socket(AF_DECnet, SOCK_STREAM, 0));
    SHOW(socket(AF_UNIX, 11, 0));
    SHOW(socket(AF_UNIX, 0x100, 0));
}

/* Calls that are wrong for what they are given. */
static void wrong_calls(void)
{
    int s[2], p[2];
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0nobody"};
    socklen_t size = sizeof(name);

    SHOW(send(-1, buffer, 1, 0));
    pair(SOCK_STREAM, s);
    (void)!pipe(p);
    SHOW(send(p[1], buffer, 1, 0));
    SHOW(recv(p[0], buffer, 1, 0));
    SHOW(shutdown(p[0], 0));
    SHOW(shutdown(s[0], 3));
    SHOW(shutdown(s[0], -1));
    SHOW(send(s[0], bad, 1, 0));
    SHOW(recv(s[0], bad, 1, MSG_DONTWAIT));
    SHOW(recv(s[0], buffer, 1, MSG_DONTWAIT));
    SHOW(recv(s[0], buffer, 1, MSG_OOB));
    SHOW(send(s[0], "abc", 3, 0));
    SHOW(recv(s[1], bad, 3, 0));
    SHOW(recv(s[1], buffer, 3, 0));
    SHOW(sendto(s[0], "a", 1, 0, (void *)&name, size));
    SHOW(sendto(s[0], "a", 1, 0, (void *)&name, 200));
    SHOW(sendto(s[0], "a", 1, 0, (void *)bad, size));
    SHOW(getsockname(s[0], (void *)&name, &size));
    printf("family %d, %d bytes\n", name.sun_family, (int)size);
    size = 1;
    SHOW(getpeername(s[0], (void *)&name, &size));
    printf("%d bytes\n", (int)size);
    size = (socklen_t)-1;
    SHOW(getpeername(s[0], (void *)&name, &size));
    SHOW(getpeername(s[0], (void *)&name, (socklen_t *)bad));
    SHOW(getsockname(p[0], (void *)&name, &size));
    SHOW(lseek(s[0], 0, SEEK_SET));
    SHOW(pread(s[0], buffer, 1, 0));
    SHOW(ioctl(s[0], TIOCGWINSZ, buffer));
    SHOW(write(s[0], buffer, 0));
    SHOW(read(s[1], buffer, 0));
    SHOW(mmap(NULL, 1, PROT_READ, MAP_SHARED, s[0], 0) == MAP_FAILED ? -1 : 0);
    part(s);
    part(p);
}

static void wrong_packets(void)
{
    int s[2];
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    pair(SOCK_DGRAM, s);
    SHOW(sendto(s[0], "a", 1, 0, (void *)&name, 2));
    SHOW(recv(s[0], buffer, 1, MSG_OOB));
    SHOW(send(s[0], buffer, 1, MSG_OOB));
    SHOW(sendto(s[0], "a", 1, 0, (void *)"\x02\0000", 4));
    part(s);
}

/* Bytes of several messages are one stream, and a packet is one. */
static void carry(int type)
{
    struct iovec pieces[] = {{"ab", 2}, {"", 0}, {"cde", 3}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 3};
    int s[2];

    printf("type %d\n", type);
    pair(type, s);
    SHOW(send(s[0], "12345", 5, 0));
    SHOW(sendmsg(s[0], &message, 0));
    SHOW(writev(s[0], pieces, 3));
    SHOW(left(s[1], FIONREAD));
    SHOW(left(s[0], TIOCOUTQ));
    SHOW(recv(s[1], buffer, 3, MSG_PEEK));
    SHOW(recv(s[1], buffer, 8, MSG_PEEK));
    SHOW(recv(s[1], buffer, 3, MSG_PEEK | MSG_TRUNC));
    SHOW(recv(s[1], buffer, 3, 0));
    SHOW(recv(s[1], buffer, 100, MSG_DONTWAIT));
    printf("%.5s\n", buffer);
    SHOW(recv(s[1], buffer, 100, MSG_DONTWAIT));
    SHOW(recv(s[1], buffer, 100, MSG_DONTWAIT));
    SHOW(send(s[1], "back", 4, MSG_NOSIGNAL));
    SHOW(readv(s[0], (struct iovec[]){{buffer, 1}, {buffer + 1, 9}}, 2));
    SHOW(send(s[0], "", 0, 0));
    SHOW(write(s[0], "", 0));
    SHOW(writev(s[0], pieces, 0));
    SHOW(recv(s[1], buffer, 9, MSG_DONTWAIT));
    SHOW(recv(s[1], buffer, 9, MSG_DONTWAIT));
    SHOW(recv(s[1], buffer, 9, MSG_DONTWAIT));
    SHOW(send(s[0], "lost", 4, 0));
    SHOW(recv(s[1], bad, 4, 0));
    SHOW(recv(s[1], buffer, 9, MSG_DONTWAIT));
    message.msg_iov = (struct iovec[]){{buffer, 2}};
    message.msg_iovlen = 1;
    SHOW(send(s[0], "long", 4, 0));
    SHOW(recvmsg(s[1], &message, MSG_CMSG_CLOEXEC));
    printf("flags %x\n", (unsigned)message.msg_flags);
    message.msg_iovlen = 1025;
    SHOW(recvmsg(s[1], &message, 0));
    SHOW(sendmsg(s[1], (struct msghdr *)bad, 0));
    SHOW(recvmsg(s[1], &message, sizeof(long) == 8 ? INT_MIN : 0));
    part(s);
}

/* How much fits in. */
static void fill(int type, size_t size)
{
    int s[2], count = 0;

    pair(type, s);
    fcntl(s[0], F_SETFL, O_NONBLOCK);
    while (write(s[0], buffer, size) == (ssize_t)size) {
        count++;
    }
    printf("type %d, %zu bytes: %d times, errno %d, %d, ready %x\n", type, size,
           count, errno, left(s[0], TIOCOUTQ), ready(s[0]));
    while (read(s[1], buffer, size) > 0 && (ready(s[0]) & POLLOUT) == 0) {
        count--;
    }
    printf("room again with %d there\n", count - 1);
    SHOW(write(s[0], buffer, MUCH));
    part(s);
}

static void ends(int type)
{
    int s[2];

    printf("ends of type %d\n", type);
    broken = 0;
    pair(type, s);
    SHOW(ready(s[0]));
    SHOW(send(s[0], "unread", 6, 0));
    SHOW(send(s[1], "read", 4, 0));
    SHOW(ready(s[0]));
    close(s[1]);
    SHOW(ready(s[0]));
    SHOW(recv(s[0], buffer, 2, MSG_PEEK));
    SHOW(recv(s[0], buffer, 9, MSG_DONTWAIT));
    SHOW(recv(s[0], buffer, 9, MSG_DONTWAIT));
    SHOW(recv(s[0], buffer, 9, MSG_DONTWAIT));
    SHOW(write(s[0], "x", 1));
    SHOW(write(s[0], "x", 1));
    SHOW(send(s[0], "x", 1, MSG_NOSIGNAL));
    SHOW(getpeername(s[0], (void *)buffer, &(socklen_t){10}));
    SHOW(broken);
    SHOW(ready(s[0]));
    close(s[0]);
    pair(type, s);
    SHOW(shutdown(s[0], SHUT_WR));
    SHOW(ready(s[0]));
    SHOW(ready(s[1]));
    SHOW(write(s[0], "x", 1));
    SHOW(write(s[1], "x", 1));
    SHOW(recv(s[1], buffer, 1, MSG_DONTWAIT));
    SHOW(recv(s[0], buffer, 1, MSG_DONTWAIT));
    SHOW(shutdown(s[0], SHUT_RD));
    SHOW(recv(s[0], buffer, 1, 0));
    SHOW(write(s[1], "x", 1));
    SHOW(ready(s[0]));
    SHOW(ready(s[1]));
    SHOW(broken);
    part(s);
}

static void options(void)
{
    struct timeval time = {0, 20000}, wrong = {0, 1000000};
    struct ucred user;
    socklen_t size = sizeof(user);
    struct stat status;
    int s[2];

    pair(SOCK_SEQPACKET, s);
    SHOW(option(s[0], SO_TYPE));
    SHOW(option(s[0], SO_DOMAIN));
    SHOW(option(s[0], SO_PROTOCOL));
    SHOW(option(s[0], SO_ERROR));
    SHOW(option(s[0], SO_SNDBUF));
    SHOW(option(s[0], SO_RCVBUF));
    SHOW(option(s[0], SO_ACCEPTCONN));
    SHOW(option(s[0], SO_KEEPALIVE));
    SHOW(option(s[0], SO_RCVLOWAT));
    SHOW(option(s[0], 1000));
    SHOW(set_option(s[0], SO_KEEPALIVE, 5));
    SHOW(option(s[0], SO_KEEPALIVE));
    SHOW(set_option(s[0], SO_SNDBUF, 0));
    SHOW(option(s[0], SO_SNDBUF));
    SHOW(set_option(s[0], SO_SNDBUF, 10000000));
    SHOW(option(s[0], SO_SNDBUF));
    SHOW(set_option(s[0], SO_RCVBUF, 0));
    SHOW(option(s[0], SO_RCVBUF));
    SHOW(set_option(s[0], SO_TYPE, 1));
    SHOW(set_option(s[0], 1000, 1));
    SHOW(setsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, &size, 3));
    SHOW(setsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, &size, (socklen_t)-1));
    SHOW(setsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, bad, 4));
    SHOW(setsockopt(s[0], 6, 1, &size, 4));
    SHOW(getsockopt(s[0], 6, 1, buffer, &size));
    SHOW(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &user, &size));
    printf("mine %d, root %d\n", user.pid == getpid(), user.uid == getuid());
    SHOW(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
    SHOW(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof(time)));
    size = sizeof(time);
    SHOW(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, &size));
    printf("%ld.%06ld\n", (long)time.tv_sec, (long)time.tv_usec);
    SHOW(recv(s[0], buffer, 1, 0));
    SHOW(fstat(s[0], &status));
    printf("mode %o, %d\n", status.st_mode, (int)status.st_size);
    SHOW(fcntl(s[0], F_GETFL));
    part(s);
}

static void flags(void)
{
    struct stat status;
    int s[2];

    SHOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, s));
    SHOW(fcntl(s[1], F_GETFL));
    SHOW(fcntl(s[1], F_GETFD));
    SHOW(recv(s[1], buffer, 1, 0));
    SHOW(open("/proc/self/fd/3", O_RDWR));
    int path = open("/proc/self/fd/3", O_PATH);
    SHOW(read(path, buffer, 1));
    SHOW(send(path, buffer, 1, 0));
    part(s);
    SHOW(fstat(path, &status));
    SHOW(close(path));
}

/* A reader that waits for all, and writers that wait for room. */
static void waits(void)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int s[2], set = epoll_create1(0);
    long total = 0, count;

    pair(SOCK_STREAM, s);
    if (fork() == 0) {
        for (int i = 0; i < 4; i++) {
            usleep(5000);
            (void)!write(s[1], "abcd", 4);
        }
        _exit(0);
    }
    SHOW(recv(s[0], buffer, 16, MSG_WAITALL));
    wait(NULL);
    epoll_ctl(set, EPOLL_CTL_ADD, s[0], &event);
    SHOW(epoll_wait(set, &event, 1, 0));
    SHOW(send(s[1], "x", 1, 0));
    SHOW(epoll_wait(set, &event, 1, 0));
    SHOW(epoll_wait(set, &event, 1, 0));
    SHOW(send(s[1], "x", 1, 0));
    SHOW(epoll_wait(set, &event, 1, 0));
    SHOW(recv(s[0], buffer, 9, 0));
    fflush(stdout);
    if (fork() == 0) {
        close(s[0]);
        memset(buffer, 'w', MUCH);
        for (int i = 0; i < 5; i++) {
            if (write(s[1], buffer, MUCH) != MUCH) {
                _exit(1);
            }
        }
        _exit(0);
    }
    close(s[1]);
    while ((count = read(s[0], buffer, 12345)) > 0) {
        total += count;
    }
    wait(NULL);
    printf("%ld bytes, then %ld\n", total, count);
    close(s[0]);
    close(set);
}

int main(void)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    static const size_t sizes[] = {1, 200, 448, 4000, 5000, 20000, 60000};

    signal(SIGPIPE, note);
    refused_kinds();
    wrong_calls();
    wrong_packets();
    for (size_t i = 0; i < 3; i++) {
        carry(types[i]);
        for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
            fill(types[i], sizes[j]);
        }
        ends(types[i]);
    }
    options();
    flags();
    waits();
    return 0;
}
