/* prctl: what a process or a thread says of itself, who gets it, and what comes
 * of it; and close_range. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "in_child.h"

#define BAD 8ul

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static void show(const char *what, long result)
{
    if (result < 0) {
        printf("%s: errno %d\n", what, errno);
    } else {
        printf("%s: %ld\n", what, result);
    }
}

static long words(int option, unsigned long second, unsigned long third,
                  unsigned long fourth, unsigned long fifth)
{
    return syscall(SYS_prctl, option, second, third, fourth, fifth);
}

#define PRCTL(option, ...) show(#option, words(option, __VA_ARGS__))

static void show_name(void)
{
    char name[17];

    memset(name, '#', sizeof(name));
    words(PR_GET_NAME, (unsigned long)name, 0, 0, 0);
    printf("name %s, then", name);
    for (unsigned i = (unsigned)strlen(name); i < sizeof(name); i++) {
        printf(" %x", name[i]);
    }
    printf("\n");
}

static void set_name(const char *name)
{
    PRCTL(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
    show_name();
}

static void *thread(void *unused)
{
    show_name();
    set_name("a thread");
    return unused;
}

static void write_comm(const char *path, const char *name, size_t size)
{
    char text[40] = "";
    int fd = open(path, O_RDWR);

    show("write", write(fd, name, size));
    close(fd);
    fd = open(path, O_RDONLY);
    show("read", read(fd, text, 3));
    show("read", read(fd, text + 3, sizeof(text) - 4));
    printf("[%s]\n", text);
    close(fd);
}

/* The same by /proc, where a parent's is not to be changed. */
static void write_parents_comm(void)
{
    char path[40];

    snprintf(path, sizeof(path), "/proc/%d/comm", getppid());
    write_comm(path, "child", 5);
}

static void comm(void)
{
    write_comm("/proc/self/comm", "by a file", 9);
    write_comm("/proc/self/comm", "with a line\n", 12);
    write_comm("/proc/self/comm", "many more than sixteen characters", 33);
    show_name();
    int fd = open("/proc/self/comm", O_WRONLY);
    show("write", syscall(SYS_write, fd, BAD, 5));
    close(fd);
    in_child(write_parents_comm);
    write_comm("/proc/self/comm", "", 0);
    set_name("short");
}

static void names(void)
{
    pthread_t id;
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    set_name("short");
    set_name("");
    set_name("just fifteen ch");
    set_name("more than fifteen characters");
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, NULL);
    show_name();
    in_child(show_name);
    munmap(page + 4096, 4096);
    memcpy(page + 4096 - 15, "at the very end", 15);
    set_name(page + 4096 - 15);
    set_name(page + 4096 - 14);
    PRCTL(PR_SET_NAME, BAD, 0, 0, 0);
    PRCTL(PR_GET_NAME, BAD, 0, 0, 0);
}

static void flags(void)
{
    int number = -1;

    PRCTL(PR_GET_DUMPABLE, 0, 0, 0, 0);
    PRCTL(PR_SET_DUMPABLE, 2, 0, 0, 0);
    PRCTL(PR_SET_DUMPABLE, 0, 0, 0, 0);
    PRCTL(PR_GET_DUMPABLE, 0, 0, 0, 0);
    PRCTL(PR_SET_DUMPABLE, 1, 0, 0, 0);
    PRCTL(PR_GET_KEEPCAPS, 0, 0, 0, 0);
    PRCTL(PR_SET_KEEPCAPS, 2, 0, 0, 0);
    PRCTL(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    PRCTL(PR_GET_KEEPCAPS, 0, 0, 0, 0);
    PRCTL(PR_GET_TIMING, 0, 0, 0, 0);
    PRCTL(PR_SET_TIMING, 1, 0, 0, 0);
    PRCTL(PR_SET_TIMING, 0, 0, 0, 0);
    PRCTL(PR_GET_SECCOMP, 0, 0, 0, 0);
    PRCTL(PR_GET_TSC, (unsigned long)&number, 0, 0, 0);
    printf("  %d\n", number);
    PRCTL(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    PRCTL(PR_SET_TIMERSLACK, 1234, 0, 0, 0);
    PRCTL(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    PRCTL(PR_SET_TIMERSLACK, 0, 0, 0, 0);
    PRCTL(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    PRCTL(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    PRCTL(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0);
    PRCTL(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
    PRCTL(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 1);
    PRCTL(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    PRCTL(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    PRCTL(PR_GET_CHILD_SUBREAPER, (unsigned long)&number, 0, 0, 0);
    printf("  %d\n", number);
    PRCTL(PR_GET_CHILD_SUBREAPER, BAD, 0, 0, 0);
    PRCTL(9999, 0, 0, 0, 0);
    PRCTL(0, 0, 0, 0, 0);
}

static void show_inherited(void)
{
    int number = -1;

    PRCTL(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    PRCTL(PR_GET_KEEPCAPS, 0, 0, 0, 0);
    words(PR_GET_PDEATHSIG, (unsigned long)&number, 0, 0, 0);
    printf("  %d\n", number);
}

static void say_end(int signal)
{
    char text[] = "signal  \n";

    text[7] = (char)('0' + signal / 10);
    text[8] = (char)('0' + signal % 10);
    (void)!write(1, text, sizeof(text) - 2);
    (void)!write(1, "\n", 1);
    _exit(0);
}

/* A grandchild that is told when its parent ends, and whom it has then. */
static void parent_ends(void)
{
    int ready[2];
    char byte;

    if (pipe(ready) != 0) {
        return;
    }
    if (fork() == 0) {
        signal(SIGTERM, say_end);
        PRCTL(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
        in_child(show_inherited);
        fflush(stdout);
        (void)!write(ready[1], "r", 1);
        for (;;) {
            pause();
        }
    }
    (void)!read(ready[0], &byte, 1);
}

static void orphan(void)
{
    pid_t grandparent = getppid();

    fflush(stdout);
    pid_t middle = fork();
    if (middle == 0) {
        pid_t parent = getpid();
        if (fork() == 0) {
            while (getppid() == parent) {
                usleep(1000);
            }
            printf("taken in by the subreaper: %d\n",
                   getppid() != 1 && getppid() != grandparent);
            fflush(stdout);
            _exit(9);
        }
        _exit(8);
    }
    int status;
    int seen = 0;
    pid_t ended;
    while ((ended = wait(&status)) > 0) {
        seen += WEXITSTATUS(status);
    }
    printf("ends: %d\n", seen);
}

static void subreaper(void)
{
    int number = -1;

    PRCTL(PR_SET_CHILD_SUBREAPER, 5, 0, 0, 0);
    words(PR_GET_CHILD_SUBREAPER, (unsigned long)&number, 0, 0, 0);
    printf("  %d\n", number);
    orphan();
}

static void look(void)
{
    for (int fd = 3; fd < 12; fd++) {
        int flags = fcntl(fd, F_GETFD);
        printf("%c", flags < 0 ? '.' : flags == 0 ? 'o' : 'x');
    }
    printf("\n");
}

static void ranges(void)
{
    syscall(SYS_close_range, 3, ~0u, 0);
    for (int fd = 3; fd < 12; fd++) {
        dup2(1, fd);
    }
    look();
    show("close_range", syscall(SYS_close_range, 4, 5, 0));
    look();
    show("close_range", syscall(SYS_close_range, 5, 7, 4));
    look();
    show("close_range", syscall(SYS_close_range, 9, 8, 0));
    show("close_range", syscall(SYS_close_range, 9, 9, 1));
    show("close_range", syscall(SYS_close_range, 10, ~0u, 2));
    look();
    show("close_range", syscall(SYS_close_range, 0x80000000u, ~0u, 0));
    show("close_range", syscall(SYS_close_range, 3, ~0u, 0));
    look();
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    names();
    comm();
    flags();
    PRCTL(PR_SET_PDEATHSIG, 65, 0, 0, 0);
    PRCTL(PR_SET_PDEATHSIG, 64, 0, 0, 0);
    in_child(show_inherited);
    PRCTL(PR_GET_PDEATHSIG, BAD, 0, 0, 0);
    PRCTL(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    PRCTL(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    in_child(parent_ends);
    wait(NULL);
    in_child(subreaper);
    ranges();
    return 0;
}
