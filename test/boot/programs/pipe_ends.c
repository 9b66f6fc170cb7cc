/* Pipes between processes, and as many descriptors as the limit allows. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "spawn.h"

#define PAGE     4096
#define CAPACITY 65536
#define MUCH     1000000

static char buffer[MUCH];

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void ignore(int signal)
{
    (void)signal;
}

static void descriptors(void)
{
    struct rlimit limit = {10, 4096};
    int p[2], q[2] = {-1, -1};

    SHOW(dup2(1, 1000));
    SHOW(dup2(1, 1024));
    SHOW(fcntl(1, F_DUPFD, 500));
    SHOW(fcntl(1, F_DUPFD, 500));
    SHOW(fcntl(1, F_DUPFD_CLOEXEC, 1024));
    SHOW(close(500));
    SHOW(close(501));
    SHOW(close(1000));
    SHOW(close(1000));
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(dup2(1, 9));
    SHOW(dup2(1, 10));
    while (dup(1) >= 0) {
    }
    SHOW(pipe(q));
    close(9);
    SHOW(pipe(q));
    printf("%d %d\n", q[0], q[1]);
    SHOW(dup(1));
    close(8);
    SHOW(pipe(p));
    for (int fd = 3; fd < 10; fd++) {
        close(fd);
    }
    limit.rlim_cur = 4096;
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    int pipes = 0;
    while (pipe(p) == 0) {
        pipes++;
    }
    printf("%d pipes, errno %d, the last to %d\n", pipes, errno, p[1]);
    SHOW(dup2(3, 4095));
    for (int fd = 3; fd < 4096; fd++) {
        close(fd);
    }
    limit.rlim_cur = 2000000;
    limit.rlim_max = 2000000;
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
}

static void drain(int fd, int size)
{
    long count, total = 0;
    while ((count = read(fd, buffer, size)) > 0) {
        total += count;
    }
    printf("drained %ld bytes, then %ld\n", total, count);
}

static void pour(int fd, int pieces)
{
    for (int i = 0; i < pieces; i++) {
        memset(buffer, 'a' + i % 26, 1000);
        if (write(fd, buffer, 1000) != 1000) {
            perror("pour");
        }
    }
}

static void more_than_it_holds(void)
{
    int p[2];

    pipe2(p, O_CLOEXEC);
    int child = spawn("drain", p[0], p[1]);
    SHOW(write(p[1], buffer, MUCH));
    close(p[1]);
    close(p[0]);
    show_end(child);
}

/* Several writers: no write of up to PIPE_BUF is torn. */
static void several_writers(void)
{
    int p[2], writers[3];

    pipe2(p, O_CLOEXEC);
    for (int i = 0; i < 3; i++) {
        writers[i] = spawn("pour", p[1], 200);
    }
    close(p[1]);
    int torn = 0;
    long total = 0, count;
    while ((count = read(p[0], buffer, 1000)) > 0) {
        while (count % 1000 != 0) {
            count += read(p[0], buffer + count, 1000 - count % 1000);
        }
        torn += memcmp(buffer, buffer + 1, 999) != 0;
        total += count;
    }
    printf("%ld bytes, %d torn\n", total, torn);
    for (int i = 0; i < 3; i++) {
        show_end(writers[i]);
    }
}

/* It goes away in the middle of a write. */
static void reader_ends(void)
{
    int p[2];

    pipe2(p, O_CLOEXEC);
    signal(SIGPIPE, SIG_IGN);
    int child = spawn("read-some", p[0], p[1]);
    close(p[0]);
    SHOW(write(p[1], buffer, MUCH) > CAPACITY);
    SHOW(write(p[1], buffer, 1));
    show_end(child);
    close(p[1]);
    signal(SIGPIPE, SIG_DFL);

    /* A child dies of it. */
    pipe2(p, O_CLOEXEC);
    close(p[0]);
    show_end(spawn("pour", p[1], 1));
    close(p[1]);
}

static void to_and_fro(void)
{
    int p[2], back[2];

    pipe2(p, O_CLOEXEC);
    pipe2(back, O_CLOEXEC);
    int child = spawn("echo", p[0], back[1]);
    close(p[0]);
    close(back[1]);
    int rounds = 0;
    for (char c = 0; rounds < 1000; rounds++) {
        if (write(p[1], &c, 1) != 1 || read(back[0], &c, 1) != 1) {
            break;
        }
    }
    printf("%d rounds\n", rounds);
    close(p[1]);
    SHOW(read(back[0], buffer, 1));
    show_end(child);
    close(back[0]);
}

static void between_processes(void)
{
    more_than_it_holds();
    several_writers();
    reader_ends();
    to_and_fro();
}

static void interruptions(void)
{
    struct sigaction action = {.sa_handler = ignore};
    int p[2];

    pipe2(p, O_CLOEXEC);
    sigaction(SIGUSR1, &action, NULL);
    int child = spawn("signal", getpid(), SIGUSR1);
    SHOW(read(p[0], buffer, 1));
    show_end(child);

    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, NULL);
    child = spawn("signal-write", p[1], getpid());
    SHOW(read(p[0], buffer, 1));
    show_end(child);

    /* What was written before the signal counts. */
    fcntl(p[1], F_SETPIPE_SZ, PAGE);
    child = spawn("signal", getpid(), SIGUSR1);
    SHOW(write(p[1], buffer, 3 * PAGE));
    show_end(child);
    child = spawn("signal", getpid(), SIGUSR1);
    SHOW(write(p[1], buffer, 3 * PAGE));
    show_end(child);
    close(p[0]);
    close(p[1]);
}

static int run_child(char **words)
{
    const char *word = words[1];
    int fd = atoi(words[2]), other = atoi(words[3]);

    if (strcmp(word, "drain") == 0) {
        close(other);
        drain(fd, 10000);
    } else if (strcmp(word, "pour") == 0) {
        pour(fd, other);
    } else if (strcmp(word, "read-some") == 0) {
        close(other);
        for (int i = 0; i < 3; i++) {
            read(fd, buffer, 7000);
        }
        usleep(10000);
    } else if (strcmp(word, "echo") == 0) {
        char c;
        while (read(fd, &c, 1) == 1) {
            write(other, &c, 1);
        }
    } else if (strcmp(word, "signal") == 0) {
        usleep(20000);
        kill(fd, other);
    } else {
        usleep(20000);
        kill(other, SIGUSR2);
        usleep(20000);
        write(fd, "w", 1);
    }
    return 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4) {
        return run_child(argv);
    }
    between_processes();
    interruptions();
    descriptors();
    return 0;
}
