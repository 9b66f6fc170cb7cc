/* Lets hostile programs loose on the kernel, several at a time:
 *
 *     supervisor SEED SECONDS
 *
 * Each gets a seed of its own; one that ends, or makes no call any more, is
 * replaced. After each round all are gone, and as much memory has to be free as
 * before: else it says so and fails. At the end it prints
 *
 *     seed SEED: N programs, N calls, N of them ended by a signal */
#define _GNU_SOURCE /* prlimit, SHM_STAT */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "draw.h"

#define SLOTS       3
#define CALLS       20000   /* of one program at most */
#define ROUND_TIME  3.0     /* seconds */
#define STUCK_TIME  0.5     /* without a call */
#define POLL_TIME   5000000 /* nanoseconds */
#define SETTLE_TIME 10.0
#define KEPT_MAX    (64 * 1024l) /* what the kernel may keep for next time */
#define USER        1000

static struct slot {
    pid_t pid;
    unsigned long calls;
    double since; /* when that changed */
} slots[SLOTS];

static const char *const programs[SLOTS] = {"/victim64", "/victim32",
                                            "/reader"};
static char *const no_environment[] = {NULL};
static unsigned long long next_seed;
static unsigned long started, called, killed;
static struct termios terminal;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = POLL_TIME}, NULL);
}

/* One of two is root. */
static void start(struct slot *slot)
{
    char seed[24], count[24];
    const char *program = programs[slot - slots];
    char *const words[] = {(char *)program, seed, count, NULL};
    int is_root = next_seed % 2 == 0;

    snprintf(seed, sizeof(seed), "%llu", next_seed++);
    snprintf(count, sizeof(count), "%d", CALLS);
    slot->pid = vfork();
    if (slot->pid == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd <= 2; fd++) {
            dup2(null, fd);
        }
        if (!is_root && setresuid(USER, USER, USER) != 0) {
            _exit(EXIT_FAILURE);
        }
        execve(program, words, no_environment);
        _exit(EXIT_FAILURE);
    }
    slot->calls = 0;
    slot->since = now();
    started++;
}

static void look(struct slot *slot)
{
    struct rlimit limit;

    if (prlimit(slot->pid, PROGRESS_LIMIT, NULL, &limit) == 0 &&
        limit.rlim_cur > slot->calls && limit.rlim_cur <= CALLS) {
        slot->calls = limit.rlim_cur;
        slot->since = now();
    }
}

static void note_end(const struct slot *slot, int status)
{
    called += slot->calls;
    killed += WIFSIGNALED(status);
}

/* Looks after one program. */
static void watch(struct slot *slot)
{
    int status = 0;

    look(slot);
    if (now() - slot->since > STUCK_TIME) {
        kill(slot->pid, SIGKILL);
    }
    if (waitpid(slot->pid, &status, WNOHANG) == slot->pid) {
        note_end(slot, status);
        start(slot);
    }
}

static void end_all(void)
{
    int status;
    pid_t pid;

    for (size_t i = 0; i < SLOTS; i++) {
        look(&slots[i]);
    }
    kill(-1, SIGKILL);
    while ((pid = wait(&status)) > 0) {
        for (size_t i = 0; i < SLOTS; i++) {
            if (slots[i].pid == pid) {
                note_end(&slots[i], status);
            }
        }
    }
}

/* Segments outlive the programs that made them. */
static void remove_segments(void)
{
    struct shmid_ds state;
    int last = shmctl(0, SHM_INFO, (struct shmid_ds *)&(struct shm_info){0});

    for (int i = 0; i <= last; i++) {
        int id = shmctl(i, SHM_STAT, &state);
        if (id >= 0) {
            shmctl(id, IPC_RMID, NULL);
        }
    }
}

static long free_memory(void)
{
    struct sysinfo info;

    sysinfo(&info);
    return (long)info.freeram;
}

/* Init has orphans to take in. Returns how much is missing of WANTED then. */
static long settle(long wanted)
{
    double begun = now();

    while (free_memory() < wanted && now() - begun < SETTLE_TIME) {
        rest();
    }
    return wanted - free_memory();
}

static void mend_terminal(void)
{
    ioctl(STDOUT_FILENO, TCXONC, TCOON);
    tcsetattr(STDOUT_FILENO, TCSANOW, &terminal);
}

static void run_round(void)
{
    double end = now() + ROUND_TIME;

    for (size_t i = 0; i < SLOTS; i++) {
        start(&slots[i]);
    }
    while (now() < end) {
        for (size_t i = 0; i < SLOTS; i++) {
            watch(&slots[i]);
        }
        rest();
    }
    end_all();
    remove_segments();
    mend_terminal();
}

int main(int argc, char **argv)
{
    unsigned long long seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    double end = now() + (argc > 2 ? atof(argv[2]) : ROUND_TIME);
    long missing = 0;

    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    tcgetattr(STDOUT_FILENO, &terminal);
    next_seed = seed << 20;
    long before = free_memory();
    while (now() < end && missing <= KEPT_MAX) {
        unsigned long long first = next_seed;
        run_round();
        missing = settle(before - KEPT_MAX) + KEPT_MAX;
        if (missing > KEPT_MAX) {
            printf("%ld bytes are lost, after seeds %llu to %llu\n", missing,
                   first, next_seed - 1);
        }
    }
    printf("seed %llu: %lu programs, %lu calls, %lu of them ended by a "
           "signal\n",
           seed, started, called, killed);
    fflush(stdout);
    return missing <= KEPT_MAX ? EXIT_SUCCESS : EXIT_FAILURE;
}
