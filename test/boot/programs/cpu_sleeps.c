/* Sleep on CPU clocks, which a signal ends, and what refuses to be slept on. */
#define _GNU_SOURCE
#include "cpu_clock.h"

static long sleep_on(clockid_t clock, int flags, const struct timespec *time,
                     struct timespec *left)
{
    errno = 0;
    return syscall(SYS_clock_nanosleep, clock, flags, time, left);
}

static volatile int has_slept;

static void refused_sleep(void)
{
    const struct timespec none = {0, 0}, wrong = {0, SECOND};

    for (int clock = -10; clock <= 13; clock++) {
        if (clock == 8 || clock == 9) {
            continue;
        }
        long results[4];
        results[0] = sleep_on(clock, 0, &none, NULL) == 0 ? 0 : errno;
        results[1] = sleep_on(clock, 1, &none, NULL) == 0 ? 0 : errno;
        results[2] = sleep_on(clock, 0, &wrong, NULL) == 0 ? 0 : errno;
        results[3] = sleep_on(clock, 0, bad, NULL) == 0 ? 0 : errno;
        printf("sleep on %d: %ld %ld %ld %ld\n", clock, results[0], results[1],
               results[2], results[3]);
    }
    printf("own %ld %d, helper's %ld %d\n",
           sleep_on(NUMBER(syscall(SYS_gettid), SCHED | 4), 0, &none, NULL),
           errno, sleep_on(NUMBER(helper, SCHED | 4), 0, &none, NULL), errno);
}

/* Runs on until the other has slept. */
static void *spin_on(void *unused)
{
    while (!has_slept) {
    }
    return unused;
}

static void sleeps(void)
{
    struct timespec soon = {0, 30 * MILLI}, left = {9, 9};
    struct itimerval alarm = {{0, 40000}, {0, 40000}}, stop = {0};
    pthread_t thread;
    pid_t child = fork();

    if (child == 0) {
        for (;;) {
        }
    }
    long long before = now(NUMBER(child, SCHED));
    SHOW(sleep_on(NUMBER(child, SCHED), 0, &soon, &left));
    printf("slept %d\n", now(NUMBER(child, SCHED)) - before >= 30 * MILLI);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    pthread_create(&thread, NULL, spin_on, NULL);
    SHOW(sleep_on(CLOCK_PROCESS_CPUTIME_ID, 0, &soon, NULL));
    has_slept = 1;
    pthread_join(thread, NULL);
    setitimer(ITIMER_REAL, &alarm, NULL);
    soon.tv_sec = 500;
    SHOW(sleep_on(CLOCK_PROCESS_CPUTIME_ID, 0, &soon, &left));
    printf("left %d\n", left.tv_sec > 490 && left.tv_sec < 500);
    left = (struct timespec){9, 9};
    SHOW(sleep_on(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &soon, &left));
    printf("left %ld\n", (long)left.tv_sec);
    setitimer(ITIMER_REAL, &stop, NULL);
    printf("signals %d\n", count >= 2);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};

    setvbuf(stdout, NULL, _IOLBF, 0);
    sigaction(SIGALRM, &action, NULL);
    pthread_t helping = begin_help();
    refused_sleep();
    end_help(helping);
    sleeps();
    return 0;
}
