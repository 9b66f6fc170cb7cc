/* Open files and credentials that travel by sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "socket_pair.h"

#define MANY     253
#define ROUNDS   300
#define DEEP     2000
#define UNKNOWN  77
#define PATIENCE 1000
#define NOBODY   65534

static union {
    char bytes[CMSG_SPACE((MANY + 1) * sizeof(int)) + 64];
    struct cmsghdr align;
} control;

/* How many descriptors there are. */
static int open_count(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static int send_rights(int fd, const int *fds, size_t count, const char *text)
{
    struct iovec piece = {(void *)text, strlen(text)};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
    return (int)sendmsg(fd, &message, 0);
}

static int send_one(int fd, int sent)
{
    return send_rights(fd, &sent, 1, "x");
}

/* Receives with ROOM bytes for what goes with the message, and says what came.
 * The first descriptor becomes *FD, and the others are closed. */
static void receive(int fd, size_t size, size_t room, int flags, int *got)
{
    char text[32] = "";
    struct iovec piece = {text, size};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = room > 0 ? control.bytes : NULL,
                             .msg_controllen = room};
    int before = open_count();
    ssize_t count = recvmsg(fd, &message, flags | MSG_DONTWAIT);

    *got = -1;
    printf("  %zd \"%s\", flags %x, errno %d, %d more open, behind %d\n", count,
           text, (unsigned)message.msg_flags, count < 0 ? errno : 0,
           open_count() - before,
           count < 0 ? 0 : (int)(message.msg_controllen != 0));
    if (count < 0) {
        return;
    }
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL;
         h = CMSG_NXTHDR(&message, h)) {
        size_t data = h->cmsg_len - CMSG_LEN(0);
        if (h->cmsg_type == SCM_CREDENTIALS) {
            struct ucred user = {0, 0, 0};
            memcpy(&user, CMSG_DATA(h), data);
            printf("  %d bytes of a user: me %d, %d, %d\n", (int)data,
                   user.pid == getpid(), (int)user.uid, (int)user.gid);
            continue;
        }
        const int *fds = (const int *)CMSG_DATA(h);
        printf("  type %d, %d descriptors\n", h->cmsg_type, (int)(data / 4));
        for (size_t i = 0; i < data / sizeof(int); i++) {
            if (*got < 0) {
                *got = fds[i];
                printf("  flags %x\n", (unsigned)fcntl(fds[i], F_GETFD));
            } else {
                close(fds[i]);
            }
        }
    }
}

static void rights(int type)
{
    int s[2], p[2], got;
    char byte = 0;

    printf("type %d\n", type);
    pair(type, s);
    (void)!pipe(p);
    SHOW(send_one(s[0], p[1]));
    close(p[1]);
    receive(s[1], 9, sizeof(control), MSG_PEEK, &got);
    close(got);
    receive(s[1], 9, sizeof(control), MSG_CMSG_CLOEXEC, &got);
    SHOW(write(got, "!", 1));
    SHOW(read(p[0], &byte, 1));
    close(got);
    SHOW(read(p[0], &byte, 1));
    close(p[0]);
    part(s);
}

/* The same behind each other, many, and none. */
static void rights_of_all_kinds(int type)
{
    int s[2], p[2], fds[MANY + 1], got, more;
    char byte = 0;

    pair(type, s);
    /* The writer lies in a message, is read, and is gone. */
    (void)!pipe(p);
    SHOW(send_one(s[0], p[1]));
    close(p[1]);
    SHOW(fcntl(p[0], F_SETFL, O_NONBLOCK));
    SHOW(read(p[0], &byte, 1));
    SHOW(read(s[1], &byte, 1));
    SHOW(read(p[0], &byte, 1));
    /* Too many, none, wrong ones. */
    for (int i = 0; i <= MANY; i++) {
        fds[i] = p[0];
    }
    SHOW(send_rights(s[0], fds, MANY + 1, "x"));
    SHOW(send_rights(s[0], fds, MANY, "many"));
    receive(s[1], 9, sizeof(control), 0, &got);
    close(got);
    SHOW(send_rights(s[0], fds, 0, "x"));
    receive(s[1], 9, sizeof(control), 0, &got);
    fds[1] = UNKNOWN;
    SHOW(send_rights(s[0], fds, 2, "x"));
    fds[1] = p[0];
    /* No room for all of it, or for any. */
    SHOW(send_rights(s[0], fds, 3, "abc"));
    receive(s[1], 2, CMSG_LEN(2 * sizeof(int)), 0, &got);
    close(got);
    receive(s[1], 2, sizeof(control), 0, &got);
    SHOW(send_rights(s[0], fds, 3, "abc"));
    receive(s[1], 9, CMSG_LEN(0), 0, &got);
    SHOW(send_rights(s[0], fds, 3, "abc"));
    receive(s[1], 9, 0, 0, &got);
    /* Bytes before and behind are not of the same call. */
    SHOW(send(s[0], "12", 2, 0));
    SHOW(send_one(s[0], p[0]));
    SHOW(send(s[0], "34", 2, 0));
    SHOW(send_one(s[0], p[0]));
    for (int i = 0; i < 3; i++) {
        receive(s[1], 9, sizeof(control), 0, &more);
        close(more);
    }
    close(p[0]);
    part(s);
}

static int send_user(int fd, struct ucred *user, size_t size)
{
    struct iovec piece = {"u", 1};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), user, sizeof(*user));
    return (int)sendmsg(fd, &message, 0);
}

static void users(void)
{
    struct ucred me = {getpid(), getuid(), getgid()};
    struct ucred other = {1, 12, 34}, none = {99999, 0, 0};
    struct ucred wrong = {getpid(), (uid_t)-1, 0};
    int s[2], on = 1, got;

    pair(SOCK_STREAM, s);
    SHOW(write(s[0], "before", 6));
    SHOW(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
    SHOW(write(s[0], "behind", 6));
    receive(s[1], 20, sizeof(control), 0, &got);
    receive(s[1], 20, sizeof(control), 0, &got);
    SHOW(send_user(s[0], &me, sizeof(me)));
    SHOW(send_user(s[0], &other, sizeof(me)));
    SHOW(send_user(s[0], &none, sizeof(me)));
    SHOW(send_user(s[0], &wrong, sizeof(me)));
    SHOW(send_user(s[0], &me, sizeof(me) - 4));
    receive(s[1], 20, sizeof(control), 0, &got);
    receive(s[1], 20, CMSG_LEN(4), 0, &got);
    SHOW(write(s[0], "no room", 7));
    receive(s[1], 20, 0, 0, &got);
    SHOW(send_one(s[0], s[0]));
    receive(s[1], 20, sizeof(control), 0, &got);
    close(got);
    fflush(stdout);
    if (fork() == 0) {
        (void)!setgid(NOBODY);
        (void)!setuid(NOBODY);
        me = (struct ucred){getpid(), NOBODY, NOBODY};
        SHOW(send_user(s[0], &me, sizeof(me)));
        SHOW(send_user(s[0], &other, sizeof(me)));
        me.uid = 0;
        SHOW(send_user(s[0], &me, sizeof(me)));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    receive(s[1], 20, sizeof(control), 0, &got);
    part(s);
}

/* Reads where nobody writes once lost sockets are gone. Linux looks for them
 * when another socket is closed, and a little later. */
static int wait_for_end(int fd)
{
    char byte;
    int s[2], count = -1;

    for (int i = 0; i < PATIENCE && count < 0; i++) {
        pair(SOCK_DGRAM, s);
        part(s);
        count = (int)read(fd, &byte, 1);
        if (count < 0) {
            usleep(1000);
        }
    }
    return count;
}

/* Sockets in themselves and in each other, with a pipe's end that shows when
 * they are gone. */
static void circles(void)
{
    int a[2], b[2], p[2], got;
    char byte;

    for (int i = 0; i < ROUNDS; i++) {
        pair(SOCK_STREAM, a);
        pair(SOCK_SEQPACKET, b);
        (void)!pipe(p);
        send_one(a[0], p[1]);
        send_one(a[0], a[0]);
        send_one(a[0], a[1]);
        send_one(a[1], b[0]);
        send_one(a[1], b[1]);
        send_one(b[0], a[0]);
        send_one(b[1], a[1]);
        close(p[1]);
        part(a);
        part(b);
        fcntl(p[0], F_SETFL, O_NONBLOCK);
        int count = wait_for_end(p[0]);
        if (i == 0 || count != 0) {
            SHOW(count);
        }
        close(p[0]);
    }
    /* What can still be reached stays. */
    pair(SOCK_STREAM, a);
    pair(SOCK_STREAM, b);
    SHOW(send_one(a[0], b[0]));
    SHOW(send_one(b[1], b[0]));
    SHOW(send_one(b[1], b[1]));
    part(b);
    pair(SOCK_STREAM, b);
    part(b);
    receive(a[1], 1, sizeof(control), 0, &got);
    receive(got, 1, sizeof(control), 0, &b[0]);
    receive(got, 1, sizeof(control), 0, &b[1]);
    SHOW(write(b[1], "!", 1));
    SHOW(read(got, &byte, 1));
    close(got);
    part(a);
    part(b);
}

/* So many travel that lost ones are not looked for each time. */
static void many(void)
{
    int s[2], p[2], a[2], fds[MANY];

    pair(SOCK_STREAM, s);
    for (int i = 0; i < MANY; i++) {
        fds[i] = s[i % 2];
    }
    for (int i = 0; i < 3; i++) {
        SHOW(send_rights(s[0], fds, MANY, "m"));
    }
    pair(SOCK_STREAM, a);
    (void)!pipe(p);
    send_one(a[0], p[1]);
    send_one(a[0], a[0]);
    send_one(a[0], a[1]);
    close(p[1]);
    part(a);
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    SHOW(wait_for_end(p[0]));
    close(p[0]);
    part(s);
}

/* A socket in a socket in a socket. */
static void chain(void)
{
    int s[2], next[2], p[2];
    char byte;

    (void)!pipe(p);
    pair(SOCK_STREAM, s);
    send_one(s[0], p[1]);
    close(p[1]);
    close(s[0]);
    for (int i = 0; i < DEEP; i++) {
        pair(SOCK_STREAM, next);
        send_one(next[0], s[1]);
        close(next[0]);
        close(s[1]);
        s[1] = next[1];
    }
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    SHOW(read(p[0], &byte, 1));
    close(s[1]);
    SHOW(wait_for_end(p[0]));
    close(p[0]);
}

/* Who may not have more open has no more on their way either. */
static void limit(void)
{
    struct rlimit few = {20, 20};
    int s[2], sent = 0;

    fflush(stdout);
    if (fork() == 0) {
        pair(SOCK_DGRAM, s);
        setrlimit(RLIMIT_NOFILE, &few);
        (void)!setuid(NOBODY);
        while (send_one(s[0], 0) == 1) {
            sent++;
        }
        printf("%d sent, errno %d\n", sent, errno);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

int main(void)
{
    int before = open_count();

    rights(SOCK_STREAM);
    rights_of_all_kinds(SOCK_STREAM);
    rights(SOCK_DGRAM);
    rights_of_all_kinds(SOCK_DGRAM);
    rights(SOCK_SEQPACKET);
    rights_of_all_kinds(SOCK_SEQPACKET);
    users();
    circles();
    many();
    chain();
    limit();
    SHOW(open_count() - before);
    return 0;
}
