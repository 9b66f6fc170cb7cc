/* User and group ids, by the kernel's calls themselves: the C library would ask
 * other threads too. Begun by root. In 32 bits both kinds of calls. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define UNCHANGED (-1)

/* The calls whose ids have 32 bits. */
#ifdef __i386__
#define CALL(name) SYS_##name##32
#else
#define CALL(name) SYS_##name
#endif

static void show(const char *what, long answer)
{
    int error = answer == -1 ? errno : 0;
    uint32_t user[3], group[3];

    syscall(CALL(getresuid), &user[0], &user[1], &user[2]);
    syscall(CALL(getresgid), &group[0], &group[1], &group[2]);
    printf("%s: %ld, error %d; user %u %u %u, group %u %u %u, %ld %ld %ld "
           "%ld\n",
           what, answer, error, user[0], user[1], user[2], group[0], group[1],
           group[2], syscall(CALL(getuid)), syscall(CALL(geteuid)),
           syscall(CALL(getgid)), syscall(CALL(getegid)));
}

static void show_groups(void)
{
    uint32_t groups[8];
    long count = syscall(CALL(getgroups), 8, groups);

    printf("%ld groups:", count);
    for (long i = 0; i < count; i++) {
        printf(" %u", groups[i]);
    }
    printf("\n");
}

static void show_status(void)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");

    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "Uid:", 4) == 0 || strncmp(line, "Gid:", 4) == 0) {
            printf("%s", line);
        }
    }
    fclose(file);
}

static void further_groups(void)
{
    static const uint32_t wanted[] = {70000, 5, 9, 5};

    show("setgroups", syscall(CALL(setgroups), 4, wanted));
    show_groups();
    show("too little room", syscall(CALL(getgroups), 3, NULL));
    show("less than none", syscall(CALL(getgroups), -1, NULL));
    show("how many", syscall(CALL(getgroups), 0, NULL));
    show("bad address", syscall(CALL(setgroups), 1, 8));
    show("too many", syscall(CALL(setgroups), 100000, wanted));
    show("-1 of them", syscall(CALL(setgroups), -1, wanted));
    show("none", syscall(CALL(setgroups), 0, NULL));
    show_groups();
}

#ifdef __i386__
static void narrow(void)
{
    static const uint16_t wanted[] = {7, 3};
    uint16_t ids[3];

    show("setgroups", syscall(SYS_setgroups, 2, wanted));
    show_groups();
    show("getgroups", syscall(SYS_getgroups, 3, ids));
    printf("%u %u\n", ids[0], ids[1]);
    show("setresgid32", syscall(SYS_setresgid32, 70000, 70001, 5));
    show("getresgid", syscall(SYS_getresgid, &ids[0], &ids[1], &ids[2]));
    printf("%u %u %u, %ld %ld\n", ids[0], ids[1], ids[2], syscall(SYS_getgid),
           syscall(SYS_getegid));
    show("setresgid", syscall(SYS_setresgid, 0xffff, 8, -1));
    show("setregid", syscall(SYS_setregid, 9, 0xffff));
    show("setgid", syscall(SYS_setgid, 0x10006));
    show("setgid of -1", syscall(SYS_setgid, 0xffff));
    show("setfsgid", syscall(SYS_setfsgid, 12));
    show("setfsgid", syscall(SYS_setfsgid, 0xffff));
    show("setresuid", syscall(SYS_setresuid, 0xffff, 0xffff, 0xffff));
    show("setreuid", syscall(SYS_setreuid, 0, 0));
    show("setuid", syscall(SYS_setuid, 0));
    show("setfsuid", syscall(SYS_setfsuid, 0));
    show("setgid", syscall(SYS_setgid, 0));
    printf("%ld %ld\n", syscall(SYS_getuid), syscall(SYS_geteuid));
}

static void times(void)
{
    int64_t wide[2] = {-1, -1};
    int32_t old[2] = {-1, -1};

    printf("clock_getres_time64: %ld, ",
           syscall(SYS_clock_getres_time64, CLOCK_MONOTONIC, wide));
    printf("%lld %lld\n", (long long)wide[0], (long long)wide[1]);
    printf("clock_getres: %ld, ",
           syscall(SYS_clock_getres, CLOCK_MONOTONIC, old));
    printf("%d %d\n", old[0], old[1]);
    printf("of no clock: %ld %ld\n",
           syscall(SYS_clock_getres_time64, 1000, wide),
           syscall(SYS_clock_getres, 1000, old));
}
#else
static void narrow(void)
{
}

static void times(void)
{
}
#endif

static void as_root(void)
{
    show("at first", 0);
    show("setresuid of three", syscall(CALL(setresuid), 1, 0, 3));
    show("setreuid", syscall(CALL(setreuid), UNCHANGED, 0));
    show("setreuid", syscall(CALL(setreuid), 4, UNCHANGED));
    show("setuid of -1", syscall(CALL(setuid), UNCHANGED));
    show("setuid", syscall(CALL(setuid), 0));
    show("setfsuid", syscall(CALL(setfsuid), 6));
    show_status();
    show("setfsuid of -1", syscall(CALL(setfsuid), UNCHANGED));
    show("setfsgid", syscall(CALL(setfsgid), 6));
    show("setfsgid", syscall(CALL(setfsgid), 0));
    show("setresgid", syscall(CALL(setresgid), 10, 11, 12));
    show("setregid", syscall(CALL(setregid), UNCHANGED, 13));
    show("setgid", syscall(CALL(setgid), 14));
    show("getresuid", syscall(CALL(getresuid), NULL, NULL, NULL));
}

/* Effective user 5, with 0 and 6 to go back to. */
static void as_other(void)
{
    show("setresuid", syscall(CALL(setresuid), 6, 5, 0));
    show("setuid", syscall(CALL(setuid), 7));
    show("setuid to the real one", syscall(CALL(setuid), 6));
    show("setreuid", syscall(CALL(setreuid), 0, UNCHANGED));
    show("setreuid", syscall(CALL(setreuid), UNCHANGED, 0));
    show("setreuid", syscall(CALL(setreuid), 0, 5));
    show("setresuid", syscall(CALL(setresuid), 5, 5, 9));
    show("setgid", syscall(CALL(setgid), 15));
    show("setresgid", syscall(CALL(setresgid), 14, 14, 14));
    show("setgroups", syscall(CALL(setgroups), 0, NULL));
    show("setfsuid", syscall(CALL(setfsuid), 9));
    show("setfsuid", syscall(CALL(setfsuid), 9));
    show("setresuid", syscall(CALL(setresuid), 5, 5, 5));
    show("setuid", syscall(CALL(setuid), 0));
    show("signal to process 1", kill(1, 0));
    show("signal to itself", kill(getpid(), 0));
}

int main(void)
{
    struct sysinfo info;

    times();
    printf("sysinfo %d\n", sysinfo(&info) == 0 && info.mem_unit >= 1 &&
                               info.freeram <= info.totalram);
    further_groups();
    narrow();
    as_root();
    as_other();
    return EXIT_SUCCESS;
}
