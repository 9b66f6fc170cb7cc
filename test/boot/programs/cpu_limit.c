/* RLIMIT_CPU: who computes for too long is told each second, and ended. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void set(rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {soft, hard};

    if (setrlimit(RLIMIT_CPU, &limit) != 0) {
        printf("no limit\n");
    }
    fflush(stdout);
}

static void spin(void)
{
    for (;;) {
        __asm__ volatile("pause");
    }
}

/* Says what the limit is now; more than a handler should do, but nothing else
 * runs. */
static void note(int signal, siginfo_t *info, void *context)
{
    struct rlimit limit;

    (void)context;
    getrlimit(RLIMIT_CPU, &limit);
    printf("signal %d, code %x, soft limit %d\n", signal,
           (unsigned)info->si_code, (int)limit.rlim_cur);
    fflush(stdout);
}

static void handled(void)
{
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};

    sigaction(SIGXCPU, &action, NULL);
    set(0, 2);
    spin();
}

static void ignored(void)
{
    signal(SIGXCPU, SIG_IGN);
    set(0, 1);
    spin();
}

static void unprepared(void)
{
    set(0, RLIM_INFINITY);
    spin();
}

/* It does not count what others use, or what a child uses on its own. */
static void by_a_child(void)
{
    int status;

    set(1, 1);
    if (fork() == 0) {
        spin();
    }
    wait(&status);
    printf("the child: %x\n", (unsigned)status);
    fflush(stdout);
}

int main(void)
{
    static void (*const acts[])(void) = {handled, ignored, unprepared,
                                         by_a_child};

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        int status;
        if (fork() == 0) {
            acts[i]();
            _exit(0);
        }
        wait(&status);
        printf("%x\n", (unsigned)status);
        fflush(stdout);
    }
    return 0;
}
