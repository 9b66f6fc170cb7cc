/* Timers that send signals, and signals that are waited for. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "spawn.h"

static volatile int count;
static siginfo_t last;
static void *volatile bad = (void *)16;

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void handle(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    last = *info;
    count++;
}

/* Signals come here alone: they are blocked elsewhere. */
static void wait_for(int wanted)
{
    sigset_t none;
    sigemptyset(&none);
    while (count < wanted) {
        sigsuspend(&none);
    }
}

static void spin_for(int wanted)
{
    sigset_t none, before;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, &before);
    while (count < wanted) {
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void itimers(void)
{
    struct itimerval once = {{0, 0}, {0, 20000}};
    struct itimerval often = {{0, 1}, {0, 1}};
    struct itimerval wrong = {{0, 0}, {0, 1000000}};
    struct itimerval negative = {{0, 0}, {-1, 0}};
    struct itimerval far = {{0, 0}, {1000000, 0}};
    struct itimerval none = {{0, 0}, {0, 0}}, now;

    SHOW(setitimer(ITIMER_REAL, &once, NULL));
    wait_for(1);
    printf("SIGALRM %d code %#x\n", last.si_signo == SIGALRM, last.si_code);
    SHOW(getitimer(ITIMER_REAL, &now));
    printf("%ld %ld\n", (long)now.it_value.tv_sec, (long)now.it_value.tv_usec);
    SHOW(setitimer(ITIMER_REAL, &often, NULL));
    wait_for(5);
    SHOW(setitimer(ITIMER_REAL, &none, &now));
    printf("interval %ld\n", (long)now.it_interval.tv_usec);
    SHOW(setitimer(ITIMER_REAL, &wrong, NULL));
    SHOW(setitimer(ITIMER_REAL, &negative, NULL));
    SHOW(setitimer(3, &once, NULL));
    SHOW(setitimer(-1, &once, NULL));
    SHOW(getitimer(3, &now));
    SHOW(syscall(SYS_getitimer, ITIMER_REAL, bad));
    SHOW(syscall(SYS_setitimer, ITIMER_REAL, bad, NULL));
    SHOW(setitimer(ITIMER_REAL, &far, NULL));
    SHOW(alarm(0) > 999000);
    SHOW(alarm(700));
    SHOW(alarm(100) > 600);
    SHOW(getitimer(ITIMER_REAL, &now));
    printf("%d\n", now.it_value.tv_sec > 0 && now.it_value.tv_sec < 100);
    SHOW(alarm(0) > 0);

    count = 0;
    once.it_interval.tv_usec = 10000;
    SHOW(setitimer(ITIMER_VIRTUAL, &once, NULL));
    spin_for(2);
    printf("SIGVTALRM %d\n", last.si_signo == SIGVTALRM);
    SHOW(setitimer(ITIMER_VIRTUAL, &none, NULL));
    count = 0;
    SHOW(setitimer(ITIMER_PROF, &once, NULL));
    spin_for(2);
    printf("SIGPROF %d\n", last.si_signo == SIGPROF);
    SHOW(setitimer(ITIMER_PROF, &none, NULL));
    count = 0;
}

static struct sigevent by_signal(void)
{
    return (struct sigevent){.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGRTMIN,
                             .sigev_value.sival_int = 77};
}

static void create(void)
{
    struct sigevent event = by_signal();
    int id, second;

    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &second));
    printf("ids differ by %d\n", second - id);
    SHOW(syscall(SYS_timer_create, 99, &event, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, bad, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, bad));
    event.sigev_signo = 65;
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &second));
    event.sigev_notify = 9;
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &second));
}

/* Once, often, and not at all. */
static void intervals(timer_t timer)
{
    struct itimerspec once = {{0, 0}, {0, 1000000}}, now;
    struct itimerspec often = {{0, 1}, {0, 1}}, none = {{0, 0}, {0, 0}};
    struct itimerspec wrong = {{0, 0}, {0, 1000000000}};

    count = 0;
    SHOW(timer_settime(timer, 0, &once, NULL));
    wait_for(1);
    printf("code %d value %d overrun %d\n", last.si_code,
           last.si_value.sival_int, last.si_overrun);
    SHOW(timer_getoverrun(timer));
    SHOW(timer_gettime(timer, &now));
    printf("%ld %ld\n", (long)now.it_value.tv_sec, (long)now.it_value.tv_nsec);
    SHOW(timer_settime(timer, 0, &wrong, NULL));
    SHOW(timer_settime(timer, 0, &often, NULL));
    wait_for(4);
    printf("overrun %d\n", timer_getoverrun(timer) > 0);
    SHOW(timer_settime(timer, 0, &none, &now));
    printf("interval %ld\n", (long)now.it_interval.tv_nsec);
    SHOW(timer_getoverrun(timer));
}

/* An absolute time that is over, and one to come. */
static void absolute_times(timer_t timer)
{
    struct itimerspec once = {{0, 0}, {0, 1000000}}, now;

    count = 0;
    SHOW(timer_settime(timer, TIMER_ABSTIME, &once, NULL));
    wait_for(1);
    clock_gettime(CLOCK_MONOTONIC, &once.it_value);
    once.it_value.tv_sec += 100;
    SHOW(timer_settime(timer, TIMER_ABSTIME, &once, NULL));
    SHOW(timer_gettime(timer, &now));
    printf("%d\n", now.it_value.tv_sec >= 90 && now.it_value.tv_sec <= 100);
}

static void no_such_timer(void)
{
    struct itimerspec once = {{0, 0}, {0, 1000000}}, now;

    SHOW(syscall(SYS_timer_delete, 12345));
    SHOW(syscall(SYS_timer_gettime, 12345, &now));
    SHOW(syscall(SYS_timer_settime, 12345, 0, &once, NULL));
    SHOW(syscall(SYS_timer_settime, 12345, 0, NULL, NULL));
    SHOW(syscall(SYS_timer_getoverrun, 12345));
}

static void created(void)
{
    struct itimerspec often = {{0, 1}, {0, 1}};
    struct sigevent event = by_signal();
    timer_t timer, silent;

    create();
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    intervals(timer);
    absolute_times(timer);
    event.sigev_notify = SIGEV_NONE;
    SHOW(timer_create(CLOCK_REALTIME, &event, &silent));
    SHOW(timer_settime(silent, 0, &often, NULL));
    SHOW(timer_delete(silent));
    SHOW(timer_delete(timer));
    no_such_timer();
}

static void waits(void)
{
    struct timespec soon = {0, 20000000}, wrong = {0, -1};
    union sigval value = {.sival_int = 42};
    siginfo_t info;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 1);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    SHOW(sigtimedwait(&set, &info, &soon));
    SHOW(sigtimedwait(&set, &info, &(struct timespec){0, 0}));
    SHOW(sigtimedwait(&set, &info, &wrong));
    raise(SIGUSR1);
    SHOW(sigtimedwait(&set, &info, NULL) == SIGUSR1);
    SHOW(sigqueue(getpid(), SIGRTMIN + 1, value));
    value.sival_int = 43;
    SHOW(sigqueue(getpid(), SIGRTMIN + 1, value));
    SHOW(sigwaitinfo(&set, &info) == SIGRTMIN + 1);
    printf("code %d value %d mine %d\n", info.si_code, info.si_value.sival_int,
           info.si_pid == getpid());
    SHOW(sigwaitinfo(&set, &info) == SIGRTMIN + 1);
    printf("code %d value %d\n", info.si_code, info.si_value.sival_int);
    int child = spawn("signal", getpid(), SIGUSR1);
    SHOW(sigwaitinfo(&set, &info) == SIGUSR1);
    SHOW(sigwaitinfo(&set, &info) == SIGCHLD);
    show_end(child);
    sigdelset(&set, SIGCHLD);
    child = spawn("signal", getpid(), SIGUSR2);
    SHOW(syscall(SYS_rt_sigtimedwait, &set, &info, NULL, 8)); /* musl goes on */
    show_end(child);
    SHOW(sigqueue(getpid(), 0, value));
    SHOW(sigqueue(getpid(), 65, value));
    SHOW(sigqueue(999999, SIGUSR1, value));
    info.si_code = SI_USER;
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, bad));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, &info));
    SHOW(sigwaitinfo(&set, &info) == SIGUSR1);
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 4));
    SHOW(syscall(SYS_rt_sigtimedwait, bad, NULL, NULL, 8));
}

int main(int argc, char **argv)
{
    static const int handled[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGUSR2};
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4) {
        usleep(20000);
        kill(atoi(argv[2]), atoi(argv[3]));
        return 0;
    }
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int i = 0; i < 3; i++) {
        sigaddset(&blocked, handled[i]);
    }
    for (int i = 0; i < 4; i++) {
        sigaction(handled[i], &action, NULL);
    }
    sigaction(SIGRTMIN, &action, NULL);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    itimers();
    created();
    waits();
    return 0;
}
