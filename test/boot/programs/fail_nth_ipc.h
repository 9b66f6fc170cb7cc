/* The cases of fail_nth.c that talk to others: pipes, sets of files, sockets,
 * segments. It includes them behind what they use of it, PAGE and CHECK. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Both ends or none; what was not written is not read. */
static void pipes(void)
{
    static char bytes[4 * PAGE];
    int ends[2];

    for (int i = 0; i < 3; i++) {
        if (pipe2(ends, O_NONBLOCK) != 0) {
            CHECK(errno == ENOMEM || errno == ENFILE);
            continue;
        }
        ssize_t written = write(ends[1], bytes, sizeof(bytes));
        CHECK(written >= 0 || errno == ENOMEM);
        int size = fcntl(ends[0], F_SETPIPE_SZ, 32 * PAGE);
        CHECK(size > 0 || errno == ENOMEM);
        CHECK(read(ends[0], bytes, sizeof(bytes)) == written || written < 0);
        CHECK(dup2(ends[1], 100 * (i + 1)) > 0 || errno == ENOMEM);
    }
}

/* A set of files, in another, and a poll of more than fit on the stack. */
static void polls(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    struct pollfd fds[100];
    int inner = epoll_create1(0), outer = epoll_create1(0);
    int counter = eventfd(1, 0);

    (void)!epoll_ctl(inner, EPOLL_CTL_ADD, counter, &event);
    (void)!epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event);
    int count = epoll_wait(outer, &event, 1, 0);
    CHECK(count == 1 || inner < 0 || outer < 0 || counter < 0 || count == 0);
    for (int i = 0; i < 100; i++) {
        fds[i] = (struct pollfd){inner, POLLOUT, 0};
    }
    CHECK(poll(fds, 100, 1) >= 0 || errno == ENOMEM);
}

/* Bytes and an open file arrive or do not, and nothing is left of either. */
static void sockets(void)
{
    static char bytes[3 * PAGE];
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
                            .cmsg_level = SOL_SOCKET,
                            .cmsg_type = SCM_RIGHTS}};
    struct iovec piece = {bytes, sizeof(bytes)};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control)};
    int s[2];

    for (int i = 0; i < 3; i++) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) != 0) {
            CHECK(errno == ENOMEM || errno == ENFILE);
            continue;
        }
        memcpy(CMSG_DATA(&control.header), &s[i % 2], sizeof(int));
        ssize_t sent = sendmsg(s[0], &message, MSG_DONTWAIT);
        CHECK(sent == sizeof(bytes) || errno == ENOMEM || errno == ENOBUFS ||
              errno == EFAULT);
        ssize_t got = recv(s[1], bytes, 1, MSG_DONTWAIT | MSG_PEEK);
        CHECK(got == 1 || errno == ENOMEM ||
              errno == (sent > 0 ? EFAULT : EAGAIN));
        close(s[0]);
        close(s[1]);
    }
}

/* A file without a name is as long as what was written, and that can be read;
 * sealed, it does not change. */
static void memory_files(void)
{
    static char bytes[3 * PAGE + 5];
    static const char name[] = "memory";
    int fd = (int)syscall(SYS_memfd_create, name, MFD_ALLOW_SEALING);

    if (fd < 0) {
        CHECK(errno == ENOMEM);
        return;
    }
    memset(bytes, 'b', sizeof(bytes));
    ssize_t written = write(fd, bytes, sizeof(bytes));
    CHECK(written > 0 || errno == ENOMEM);
    CHECK(lseek(fd, 0, SEEK_END) == (written > 0 ? written : 0));
    CHECK(pread(fd, bytes, PAGE, 0) == (written > 0 ? (ssize_t)PAGE : 0));
    CHECK(ftruncate(fd, 2 * PAGE) == 0);
    char *memory =
        mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(memory != MAP_FAILED || errno == ENOMEM);
    if (memory != MAP_FAILED) {
        CHECK(pwrite(fd, "x", 1, PAGE) == 1 || errno == ENOMEM);
        CHECK(ftruncate(fd, PAGE) == 0);
        CHECK(munmap(memory, 2 * PAGE) == 0 || /* one fails, and no more */
              munmap(memory, 2 * PAGE) == 0);
    }
    CHECK(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) == 0);
    CHECK(write(fd, "x", 1) == -1 && errno == EPERM);
}

/* A segment outlives its maker, so whatever fails, it is removed. */
static void segments(void)
{
    int id = shmget(IPC_PRIVATE, 2 * PAGE, IPC_CREAT | 0600);

    if (id < 0) {
        CHECK(errno == ENOMEM);
        return;
    }
    char *at = shmat(id, NULL, 0);
    CHECK(at != (char *)-1 || errno == ENOMEM);
    shmctl(id, IPC_RMID, NULL);
    if (at == (char *)-1) {
        return;
    }
    *at = 1;
    CHECK(mprotect(at + PAGE, PAGE, PROT_READ) == 0 || errno == ENOMEM);
    pid_t child = fork();
    if (child == 0) {
        at[1] = 1;
        _exit(EXIT_SUCCESS);
    }
    CHECK(child < 0 || waitpid(child, NULL, 0) == child);
    CHECK(shmdt(at) == 0);
}
