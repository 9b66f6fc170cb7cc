/* getrusage, times and the usage that wait4 tells: times that grow, the user's
 * apart from the system's, children's when they were waited for; and requests
 * that are refused. How much it is differs from run to run, so what is printed
 * is what holds. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENOUGH  100000l /* microseconds */
#define TICKS   (ENOUGH * 100 / 1000000)
#define TOUCHED (8 << 20)

static long micros(struct timeval time)
{
    return (long)time.tv_sec * 1000000 + (long)time.tv_usec;
}

static struct rusage usage_of(int who)
{
    struct rusage usage;

    if (getrusage(who, &usage) != 0) {
        printf("getrusage %d: errno %d\n", who, errno);
        exit(1);
    }
    return usage;
}

/* Computes until that has taken a while. */
static void burn_user(void)
{
    while (micros(usage_of(RUSAGE_SELF).ru_utime) < ENOUGH) {
        for (volatile int i = 0; i < 1000000; i++) {
        }
    }
}

/* The same by system calls. */
static void burn_system(void)
{
    static char bytes[1 << 20];

    while (micros(usage_of(RUSAGE_SELF).ru_stime) < ENOUGH) {
        for (int i = 0; i < 20; i++) {
            syscall(SYS_getrandom, bytes, sizeof(bytes), 0);
        }
    }
}

static void touch(void)
{
    volatile char *bytes = malloc(TOUCHED);

    for (long at = 0; at < TOUCHED; at += 4096) {
        bytes[at] = 1;
    }
}

static void look_at_children(void)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child == 0) {
        burn_user();
        touch();
        burn_system();
        _exit(3);
    }
    struct rusage before = usage_of(RUSAGE_CHILDREN);
    printf("before: %ld %ld\n", micros(before.ru_utime),
           micros(before.ru_stime));
    if (wait4(child, &status, 0, &usage) != child) {
        printf("wait4: errno %d\n", errno);
    }
    struct rusage after = usage_of(RUSAGE_CHILDREN);
    printf("child: user %d, system %d, memory %d\n",
           micros(usage.ru_utime) >= ENOUGH, micros(usage.ru_stime) >= ENOUGH,
           usage.ru_maxrss >= TOUCHED / 1024);
    printf("children: user %d, system %d, memory %d\n",
           micros(after.ru_utime) == micros(usage.ru_utime),
           micros(after.ru_stime) == micros(usage.ru_stime),
           after.ru_maxrss == usage.ru_maxrss);
}

static void look_at_times(void)
{
    struct tms all;
    clock_t first = times(&all);
    clock_t last = times(NULL);

    printf("times: %d, of children %d %d\n", last >= first,
           all.tms_cutime >= TICKS, all.tms_cstime >= TICKS);
    burn_user();
    times(&all);
    printf("own: %d\n", all.tms_utime >= TICKS);
}

static void refuse(void)
{
    struct rusage usage;
    struct rusage *nowhere = (struct rusage *)8;

    for (int who = -3; who <= 3; who++) {
        errno = 0;
        long result = syscall(SYS_getrusage, who, &usage);
        printf("who %d: %ld %d\n", who, result, errno);
    }
    long result = syscall(SYS_getrusage, RUSAGE_SELF, nowhere);
    printf("nowhere: %ld %d\n", result, errno);
    result = syscall(SYS_times, nowhere);
    printf("times nowhere: %ld %d\n", result, errno);
}

int main(void)
{
    setbuf(stdout, NULL);
    refuse();
    look_at_children();
    look_at_times();
    printf("thread: %d\n", micros(usage_of(RUSAGE_THREAD).ru_utime) > 0);
    return 0;
}
