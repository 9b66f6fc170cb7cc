/* fork: what a child has of its parent, what each sees of the other's changes,
 * how they wait for each other, and that nothing of many of them is left. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 40
#define SIZE     (8 << 20)

static int handled;

static void handle(int signal)
{
    handled = signal;
}

static void show(const char *what, int child)
{
    int status;

    if (waitpid(child, &status, 0) != child) {
        perror(what);
        exit(1);
    }
    printf("%s: %s %d\n", what, WIFEXITED(status) ? "exit" : "signal",
           WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    fflush(stdout);
}

static void *map(int flags)
{
    void *memory =
        mmap(NULL, SIZE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

/* Private memory is each one's own, shared memory is both's. */
static void write_in_both(void)
{
    char *own = map(MAP_PRIVATE);
    char *shared = map(MAP_SHARED);
    char local = 1;

    memset(own, 1, SIZE);
    shared[5] = 1;
    int child = fork();
    if (child == 0) {
        int same = own[0] == 1 && own[SIZE - 1] == 1 && local == 1;
        memset(own, 2, SIZE);
        local = 2;
        shared[5] = 2;
        shared[SIZE - 1] = 3;
        _exit(same ? 10 : 11);
    }
    memset(own + SIZE / 2, 3, 100);
    show("writes", child);
    printf("parent's: %d %d %d, shared: %d %d\n", own[0], own[SIZE / 2], local,
           shared[5], shared[SIZE - 1]);
    munmap(own, SIZE);
    munmap(shared, SIZE);
}

static void advise(void)
{
    char *wiped = map(MAP_PRIVATE);
    char *kept_away = map(MAP_PRIVATE);

    wiped[0] = 1;
    kept_away[0] = 1;
    madvise(wiped, SIZE, MADV_WIPEONFORK);
    madvise(kept_away, SIZE, MADV_DONTFORK);
    int child = fork();
    if (child == 0) {
        unsigned char there;
        int error = mincore(kept_away, 4096, &there) != 0 ? errno : 0;
        _exit(wiped[0] == 0 && error == ENOMEM ? 12 : 13);
    }
    show("advice", child);
}

static void inherit(void)
{
    sigset_t set;

    signal(SIGUSR1, handle);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR2);
    int child = fork();
    if (child == 0) {
        sigpending(&set);
        int is_clean = !sigismember(&set, SIGUSR2);
        raise(SIGUSR1);
        _exit(is_clean && handled == SIGUSR1 ? 14 : 15);
    }
    show("signals", child);
    printf("parent handled %d\n", handled);
    signal(SIGUSR2, SIG_IGN);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void *wait_for_end(void *unused)
{
    pause();
    return unused;
}

/* Of several threads the child has the one that called. */
static void fork_in_threads(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, wait_for_end, NULL);
    int child = fork();
    if (child == 0) {
        pthread_t own;
        int error = pthread_create(&own, NULL, wait_for_end, NULL);
        _exit(error == 0 && gettid() == getpid() ? 16 : 17);
    }
    show("threads", child);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

static void wait_by_waitid(void)
{
    siginfo_t info;
    int child = fork();

    if (child == 0) {
        raise(SIGSTOP);
        _exit(18);
    }
    waitid(P_PID, child, &info, WSTOPPED);
    printf("stopped: %d %d %d\n", info.si_pid == child, info.si_code,
           info.si_status);
    kill(child, SIGCONT);
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    printf("looked at: %d %d %d\n", info.si_pid == child, info.si_code,
           info.si_status);
    int result = waitid(P_ALL, 0, &info, WEXITED);
    printf("taken: %d %d %d\n", result, info.si_code, info.si_status);
    result = waitid(P_PID, child, &info, WEXITED);
    printf("gone: %d %d %d\n", result, errno, info.si_pid);
    result = waitid(P_ALL, 0, &info, 0);
    printf("for nothing: %d %d\n", result, errno);
    result = waitid(P_PGID, 1, &info, WEXITED | WNOHANG);
    printf("in no group: %d %d\n", result, errno);
}

/* A child that does not end by SIGCHLD is waited for by __WCLONE alone. */
static void wait_for_clone(void)
{
    int status;
    int child = (int)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

    if (child == 0) {
        _exit(19);
    }
    int result = waitpid(child, &status, 0);
    printf("as a child: %d %d\n", result, errno);
    result = waitpid(child, &status, __WCLONE);
    printf("as a clone: %d %d\n", result == child, WEXITSTATUS(status));
}

static void fault_in_child(void)
{
    int child = fork();

    if (child == 0) {
        *(volatile int *)8 = 1;
    }
    show("a fault", child);
}

/* Each child makes the next, deeper and deeper. */
static void fork_deep(int depth)
{
    int child = fork();
    int status;

    if (child == 0) {
        if (depth > 0) {
            fork_deep(depth - 1);
        }
        _exit(depth);
    }
    if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != depth) {
        printf("depth %d: status %x\n", depth, status);
    }
}

static void fork_many(void)
{
    int sum = 0;
    int status;

    for (int i = 0; i < CHILDREN; i++) {
        if (fork() == 0) {
            _exit(i);
        }
    }
    while (wait(&status) > 0) {
        sum += WEXITSTATUS(status);
    }
    printf("many: %d, then errno %d\n", sum, errno);
}

static void leave_orphan(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0) {
        exit(1);
    }
    int child = fork();

    if (child == 0) {
        int old = getpid();
        if (fork() == 0) {
            while (getppid() == old) {
                sched_yield();
            }
            _exit(write(ends[1], "o", 1) != 1);
        }
        _exit(20);
    }
    show("parent of an orphan", child);
    printf("orphan: %d\n", read(ends[0], &byte, 1) == 1 && byte == 'o');
}

int main(void)
{
    setbuf(stdout, NULL);
    write_in_both();
    advise();
    inherit();
    fork_in_threads();
    wait_by_waitid();
    wait_for_clone();
    fault_in_child();
    fork_deep(10);
    fork_many();
    leave_orphan();
    return 4;
}
