/* Threads that map, unmap, wait, fork and close beside each other, in a process
 * that then ends in one of five ways: by its threads' ends, exit, execve (once
 * more, another way), SIGKILL, or the end of its first thread alone. What each
 * call answers is chance; that the kernel goes on is what matters.
 *
 *     races ROUNDS            all ways, each in a process of its own
 *     races round NUMBER      one of them */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS           8
#define STEPS             400
#define PAGE              4096
#define PAGES             64
#define WAYS              5
#define PART              100000
#define TIME_LIMIT        60 /* seconds a round */
#define MILLISECOND       1000000

/* Of futex; musl comes without Linux's headers. */
#define FUTEX_WAIT        0
#define FUTEX_WAKE        1
#define FUTEX_CMP_REQUEUE 4

static char *area;
static int ends[2];
static int words[16];
static volatile int stop;

static void ignore(int signal)
{
    (void)signal;
}

static void end_child(int child)
{
    if (child > 0) {
        waitpid(child, NULL, 0);
    }
}

static void fork_and_fill(void)
{
    int child = fork();

    if (child == 0) {
        for (int i = 0; i < 16; i++) {
            char *part = malloc(PART);
            if (part != NULL) {
                memset(part, 1, PART);
            }
        }
        _exit(0);
    }
    end_child(child);
}

static void fork_shared(void)
{
    int child = vfork();

    if (child == 0) {
        _exit(0);
    }
    end_child(child);
}

/* Others may read and write the old one at this moment. */
static void exchange_pipe(void)
{
    int fresh[2];

    if (pipe2(fresh, O_NONBLOCK) == 0) {
        dup2(fresh[0], ends[0]);
        dup2(fresh[1], ends[1]);
        close(fresh[0]);
        close(fresh[1]);
    }
}

static void watch(void)
{
    int set = epoll_create1(0);
    int event = eventfd(0, 0);
    struct epoll_event wanted = {.events = EPOLLIN};

    epoll_ctl(set, EPOLL_CTL_ADD, event, &wanted);
    epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &wanted);
    epoll_wait(set, &wanted, 1, 1);
    close(event);
    close(set);
}

static void change_memory(int kind, char *start, size_t size)
{
    switch (kind) {
    case 0:
        mmap(start, size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        break;
    case 1:
        munmap(start, size);
        break;
    case 2:
        mprotect(start, size, (int)(size / PAGE) % 4);
        break;
    case 3:
        madvise(start, size, MADV_DONTNEED);
        break;
    case 4:
        (void)!mremap(start, size, 2 * size, MREMAP_MAYMOVE);
        break;
    case 5:
        mlock(start, size);
        munlock(start, size);
        break;
    default:
        (void)!getrandom(start, size, 0);
    }
}

static void wait_or_wake(int kind, unsigned chance, char *start)
{
    struct timespec moment = {.tv_nsec = MILLISECOND};
    int *word = &words[chance % 16];
    sigset_t set;

    switch (kind) {
    case 0:
        syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
        break;
    case 1:
        syscall(SYS_futex, word, FUTEX_CMP_REQUEUE, 1, 5l, &words[3], 0);
        break;
    case 2:
        syscall(SYS_futex, start, FUTEX_WAKE, 1, NULL, NULL, 0);
        syscall(SYS_futex, word, FUTEX_WAKE, THREADS, NULL, NULL, 0);
        break;
    case 3:
        syscall(SYS_tgkill, getpid(), getpid() + (int)(chance % 12), SIGUSR1);
        break;
    case 4:
        sigemptyset(&set);
        sigaddset(&set, SIGUSR2);
        sigtimedwait(&set, NULL, &moment);
        break;
    default:
        sched_yield();
    }
}

static void use_files(int kind, char *start, size_t size)
{
    struct pollfd both[] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}};

    switch (kind) {
    case 0:
        (void)!read(ends[0], start, size);
        break;
    case 1:
        (void)!write(ends[1], start, size);
        break;
    case 2:
        exchange_pipe();
        break;
    case 3:
        poll(both, 2, 1);
        break;
    default:
        watch();
    }
}

static void *run(void *number)
{
    unsigned seed = (unsigned)(long)number;

    for (int i = 0; i < STEPS && !stop; i++) {
        unsigned chance = (unsigned)rand_r(&seed);
        int kind = rand_r(&seed) % 21;
        char *start = area + chance / 64 % PAGES * PAGE;
        size_t size = (1 + chance % 32) * PAGE;
        if (kind < 7) {
            change_memory(kind, start, size);
        } else if (kind < 13) {
            wait_or_wake(kind - 7, chance, start);
        } else if (kind < 18) {
            use_files(kind - 13, start, size);
        } else if (kind < 20) {
            fork_shared();
        } else {
            fork_and_fill();
        }
    }
    return NULL;
}

static void end_by(int round, const pthread_t *threads)
{
    char next[16];

    snprintf(next, sizeof(next), "%d", round + 1);
    switch (round % WAYS) {
    case 0:
        stop = 1;
        alarm(1); /* who waits for a word waits for ever */
        for (int i = 0; i < THREADS; i++) {
            pthread_kill(threads[i], SIGUSR1);
            pthread_join(threads[i], NULL);
        }
        _exit(0);
    case 1:
        _exit(3);
    case 2:
        execl("/proc/self/exe", "races", "round", next, NULL);
        _exit(4);
    case 3:
        kill(getpid(), SIGKILL);
        break;
    default:
        stop = 1;
        alarm(1);
        pthread_exit(NULL);
    }
}

static void play(int round)
{
    pthread_t threads[THREADS];

    alarm(TIME_LIMIT);
    signal(SIGUSR1, ignore);
    signal(SIGPIPE, SIG_IGN);
    area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pipe2(ends, O_NONBLOCK) != 0) {
        _exit(5);
    }
    for (long i = 0; i < THREADS; i++) {
        long number = round * 100 + i + 1;
        if (pthread_create(&threads[i], NULL, run, (void *)number) != 0) {
            _exit(6);
        }
    }
    usleep((unsigned)(round * 37 % 50) * 1000);
    end_by(round, threads);
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        play(atoi(argv[2]));
    }
    int rounds = argc > 1 ? atoi(argv[1]) : WAYS;
    for (int round = 0; round < rounds; round++) {
        int child = fork();
        if (child == 0) {
            play(round);
        }
        int status = 0;
        if (waitpid(child, &status, 0) != child) {
            printf("round %d is lost\n", round);
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) > 3) {
            printf("round %d: %d\n", round, WEXITSTATUS(status));
        }
    }
    printf("%d rounds\n", rounds);
    return 0;
}
