/* Locks on files: of flock, of fcntl, of one process against others, and what
 * becomes of them when descriptors are closed. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *call, long result)
{
    printf("%-66s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static int lock(int fd, int command, short type, off_t start, off_t length)
{
    struct flock l = {.l_type = type, .l_start = start, .l_len = length};

    return fcntl(fd, command, &l);
}

static void ask(int fd, int command, short type, off_t start, off_t length)
{
    struct flock l = {.l_type = type, .l_start = start, .l_len = length};
    int result = fcntl(fd, command, &l);

    printf("  [%lld, %lld): %d, errno %d: type %d whence %d %lld %lld pid %d\n",
           (long long)start, (long long)length, result, result < 0 ? errno : 0,
           l.l_type, l.l_whence, (long long)l.l_start, (long long)l.l_len,
           l.l_pid > 0 ? 1 : l.l_pid);
}

/* What others have of the file, as a child sees it. */
static void ask_as_other(int fd)
{
    fflush(stdout);
    if (fork() == 0) {
        for (off_t at = 0; at < 60; at += 10) {
            ask(fd, F_GETLK, F_WRLCK, at, 10);
        }
        ask(fd, F_GETLK, F_RDLCK, 0, 0);
        ask(fd, F_GETLK, F_WRLCK, 100, 0);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

static void ranges(int fd)
{
    SHOW(lock(fd, F_SETLK, F_WRLCK, 10, 30));
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_UNLCK, 20, 10)); /* a hole in it */
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_RDLCK, 15, 20)); /* and over both */
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_WRLCK, 35, 0));
    SHOW(lock(fd, F_SETLK, F_WRLCK, 15, 20)); /* all is one again */
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 0));
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_RDLCK, 50, -10));
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 0));
}

static void refused(int fd)
{
    int reads = open("locked", O_RDONLY);
    int writes = open("locked", O_WRONLY);
    struct flock l = {.l_type = F_RDLCK, .l_whence = 7};
    void *volatile nowhere = (void *)1;

    SHOW(lock(reads, F_SETLK, F_WRLCK, 0, 1));
    SHOW(lock(writes, F_SETLK, F_RDLCK, 0, 1));
    SHOW(lock(fd, F_SETLK, F_RDLCK, -1, 1));
    SHOW(lock(fd, F_SETLK, F_RDLCK, 5, -6));
    SHOW(lock(fd, F_SETLK, F_RDLCK, INT64_MAX, 1));
    SHOW(lock(fd, F_SETLK, F_RDLCK, INT64_MAX, 2));
    SHOW(lock(fd, F_SETLK, F_RDLCK, INT64_MAX - 1, 2));
    SHOW(lock(fd, F_SETLK, 3, 0, 1));
    SHOW(lock(fd, F_SETLK, -1, 0, 1));
    SHOW(lock(fd, F_GETLK, F_UNLCK, 0, 1));
    SHOW(fcntl(fd, F_SETLK, &l));
    SHOW(fcntl(fd, F_SETLK, nowhere));
    SHOW(fcntl(99, F_SETLK, &l));
    l.l_whence = SEEK_SET;
    l.l_pid = 1;
    SHOW(fcntl(fd, F_OFD_SETLK, &l));
    SHOW(fcntl(fd, F_OFD_GETLK, &l));
    SHOW(flock(fd, 0));
    SHOW(flock(fd, LOCK_SH | LOCK_EX));
    SHOW(flock(fd, LOCK_NB));
    SHOW(flock(99, LOCK_SH));
    SHOW(flock(99, 77));
    SHOW(close(reads) | close(writes));
}

/* By ends of the file and of its offset. */
static void whences(int fd)
{
    struct flock l = {
        .l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -5, .l_len = 2};

    SHOW(ftruncate(fd, 25));
    SHOW(fcntl(fd, F_SETLK, &l));
    ask_as_other(fd);
    l.l_type = F_UNLCK;
    l.l_start = -30;
    SHOW(fcntl(fd, F_SETLK, &l));
    l.l_whence = SEEK_CUR;
    l.l_start = 10;
    l.l_len = 13;
    SHOW(lseek(fd, 10, SEEK_SET));
    SHOW(fcntl(fd, F_SETLK, &l));
    ask_as_other(fd);
}

/* Any descriptor of the file that is closed takes all of them. */
static void closing(int fd)
{
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 20));
    SHOW(close(dup(fd)));
    ask_as_other(fd);
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 20));
    SHOW(close(open("locked", O_RDONLY)));
    ask_as_other(fd);
    int other = open("locked", O_RDWR);
    SHOW(lock(other, F_OFD_SETLK, F_WRLCK, 0, 20));
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 20));
    SHOW(lock(fd, F_OFD_SETLK, F_RDLCK, 5, 1));
    ask(fd, F_OFD_GETLK, F_RDLCK, 5, 1);
    ask(fd, F_GETLK, F_RDLCK, 5, 1);
    SHOW(close(open("locked", O_RDONLY)));
    ask_as_other(fd);
    int copy = dup(other);
    SHOW(close(other));
    ask_as_other(fd);
    SHOW(close(copy));
    ask_as_other(fd);
}

static void whole(int fd)
{
    int other = open("locked", O_RDONLY);

    SHOW(flock(fd, LOCK_SH));
    SHOW(flock(other, LOCK_SH | LOCK_NB));
    SHOW(flock(other, LOCK_EX | LOCK_NB));
    SHOW(flock(fd, LOCK_EX | LOCK_NB)); /* the other has lost its own */
    SHOW(flock(fd, LOCK_EX | LOCK_NB));
    SHOW(flock(other, LOCK_SH | LOCK_NB));
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 0)); /* another kind */
    SHOW(flock(fd, LOCK_UN));
    SHOW(flock(fd, LOCK_UN));
    SHOW(flock(other, LOCK_EX | LOCK_NB));
    int copy = dup(other);
    SHOW(close(other));
    SHOW(flock(fd, LOCK_SH | LOCK_NB));
    SHOW(close(copy));
    SHOW(flock(fd, LOCK_SH | LOCK_NB));
    SHOW(flock(fd, LOCK_UN));
    int path = open("locked", O_PATH);
    SHOW(flock(path, LOCK_SH));
    SHOW(close(path));
    int ends[2];
    SHOW(pipe(ends));
    SHOW(flock(ends[0], LOCK_EX));
    SHOW(close(ends[0]) | close(ends[1]));
}

static volatile int *turn; /* shared */

static void await(int value)
{
    while (*turn != value) {
        usleep(1000);
    }
}

static void on_alarm(int number)
{
    (void)number;
}

/* Who waits goes on when the other has unlocked, closed or ended. */
static void waiting(int fd)
{
    int status;

    *turn = 0;
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        *turn = 1;
        int result = lock(fd, F_SETLKW, F_WRLCK, 5, 10);
        printf("child: %d\n", result);
        *turn = 2;
        await(3);
        fflush(stdout);
        _exit(0);
    }
    await(1);
    usleep(20000);
    printf("turn %d\n", *turn);
    SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 10));
    await(2);
    SHOW(lock(fd, F_SETLK, F_RDLCK, 0, 6));
    *turn = 3;
    fflush(stdout);
    SHOW(lock(fd, F_SETLKW, F_RDLCK, 0, 6)); /* when the child has ended */
    waitpid(child, &status, 0);
    SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 0));
}

static void interrupted(int fd)
{
    struct sigaction action = {.sa_handler = on_alarm};
    int other = open("locked", O_RDWR);

    sigaction(SIGALRM, &action, NULL);
    SHOW(lock(other, F_OFD_SETLK, F_WRLCK, 0, 10));
    ualarm(20000, 20000);
    SHOW(lock(fd, F_SETLKW, F_WRLCK, 0, 10));
    SHOW(flock(other, LOCK_EX));
    SHOW(flock(fd, LOCK_SH));
    ualarm(0, 0);
    SHOW(close(other));
}

/* Each waits for what the other has. */
static void deadlock(int fd)
{
    int status;

    *turn = 0;
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 1));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        lock(fd, F_SETLK, F_WRLCK, 1, 1);
        *turn = 1;
        int result = lock(fd, F_SETLKW, F_WRLCK, 0, 1);
        printf("child: %d\n", result);
        fflush(stdout);
        _exit(0);
    }
    await(1);
    usleep(50000);
    SHOW(lock(fd, F_SETLKW, F_WRLCK, 1, 1));
    SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 1));
    waitpid(child, &status, 0);
    printf("status %d\n", status);
}

int main(void)
{
    turn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                -1, 0);
    int fd = open("locked", O_CREAT | O_RDWR, 0644);
    ranges(fd);
    refused(fd);
    whences(fd);
    closing(fd);
    whole(fd);
    waiting(fd);
    interrupted(fd);
    deadlock(fd);
    SHOW(close(fd) | unlink("locked"));
    return 0;
}
