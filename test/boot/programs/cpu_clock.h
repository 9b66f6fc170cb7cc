/* What the programs share that look at CPU clocks. */
#pragma once

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MILLI             1000000L
#define SECOND            1000000000L
#define PERTHREAD         4
#define SCHED             2
#define NUMBER(pid, bits) ((clockid_t)(~(unsigned)(pid) << 3 | (bits)))

static void *volatile bad = (void *)16;
static volatile int count; /* of signals */
static siginfo_t last;
static volatile int is_over;
static volatile pid_t helper;

static inline void show(const char *call, long result)
{
    printf("%-60s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static inline long long now(clockid_t clock)
{
    struct timespec time = {-1, 0};
    return clock_gettime(clock, &time) == 0
               ? time.tv_sec * 1000000000ll + time.tv_nsec
               : -1;
}

static inline void burn(clockid_t clock, long nanoseconds)
{
    long long end = now(clock) + nanoseconds;
    while (now(clock) < end) {
    }
}

static inline void handle(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    last = *info;
    count++;
}

static inline void *spin(void *unused)
{
    burn(CLOCK_THREAD_CPUTIME_ID, 60 * MILLI);
    return unused;
}

/* A thread that does nothing. */
static inline void *help(void *unused)
{
    helper = (pid_t)syscall(SYS_gettid);
    while (!is_over) {
        usleep(1000);
    }
    return unused;
}

static inline pthread_t begin_help(void)
{
    pthread_t helping;

    pthread_create(&helping, NULL, help, NULL);
    while (helper == 0) {
        usleep(1000);
    }
    return helping;
}

static inline void end_help(pthread_t helping)
{
    is_over = 1;
    pthread_join(helping, NULL);
}
