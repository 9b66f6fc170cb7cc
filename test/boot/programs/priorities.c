/* Policies, priorities, nice values, CPUs and memory barriers: what is asked
 * is checked, kept and told, for root and for others, across fork. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "in_child.h"

#define NOBODY        65534
#define RESET_ON_FORK 0x40000000
#define BAD           ((void *)8)

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t times[3];
    uint32_t clamps[2];
    uint64_t more;
};

static void show(const char *what, long result)
{
    if (result < 0) {
        printf("%s: errno %d\n", what, errno);
    } else {
        printf("%s: %ld\n", what, result);
    }
}

#define SHOW(name, ...) show(#name, syscall(SYS_##name, __VA_ARGS__))

static void limits_of_policies(void)
{
    for (int policy = -1; policy < 8; policy++) {
        printf("policy %d: ", policy);
        SHOW(sched_get_priority_max, policy);
        SHOW(sched_get_priority_min, policy);
    }
}

static void state(void)
{
    int priority = -1;
    long policy = syscall(SYS_sched_getscheduler, 0);

    if (syscall(SYS_sched_getparam, 0, &priority) != 0) {
        printf("no priority: errno %d\n", errno);
    }
    printf("  policy %lx priority %d rank %ld\n", policy, priority,
           syscall(SYS_getpriority, PRIO_PROCESS, 0));
}

static void set_policy(int policy, int priority)
{
    long result = syscall(SYS_sched_setscheduler, 0, policy, &priority);

    printf("policy %x priority %d: %ld errno %d\n", policy, priority, result,
           result < 0 ? errno : 0);
    state();
}

static void policies(void)
{
    static const int priorities[] = {-1, 0, 1, 99, 100};

    for (int policy = -1; policy < 8; policy++) {
        for (int i = 0; i < 5 && policy != 6; i++) {
            set_policy(policy, priorities[i]);
        }
    }
    set_policy(0, 0);
    int priority = 3;
    SHOW(sched_setparam, 0, &priority);
    set_policy(2, 5);
    SHOW(sched_setparam, 0, &priority);
    state();
    SHOW(sched_setparam, 0, BAD);
    SHOW(sched_setparam, 0, NULL);
    SHOW(sched_setparam, -1, &priority);
    SHOW(sched_setparam, 99999, &priority);
    SHOW(sched_getparam, 0, BAD);
    SHOW(sched_getparam, -1, &priority);
    SHOW(sched_getscheduler, -1);
    SHOW(sched_getscheduler, 99999);
    set_policy(0, 0);
}

static void resets(void)
{
    set_policy(RESET_ON_FORK | 1, 7);
    in_child(state);
    set_policy(RESET_ON_FORK | 0, 0);
    SHOW(setpriority, PRIO_PROCESS, 0, -5);
    in_child(state);
    set_policy(3, 0);
    in_child(state);
    SHOW(setpriority, PRIO_PROCESS, 0, 0);
    set_policy(0, 0);
}

static void show_attributes(unsigned size)
{
    struct attributes got;

    memset(&got, 0xee, sizeof(got));
    long result = syscall(SYS_sched_getattr, 0, &got, size, 0);
    printf("attributes of %u: %ld errno %d", size, result,
           result < 0 ? errno : 0);
    if (result == 0) {
        printf(" size %u policy %u flags %llx nice %d priority %u", got.size,
               got.policy, (unsigned long long)got.flags, got.nice,
               got.priority);
    }
    printf("\n");
}

static void set_attributes(struct attributes wanted)
{
    SHOW(sched_setattr, 0, &wanted, 0);
    printf("  size %u\n", wanted.size);
    show_attributes(48);
}

static void attributes(void)
{
    static const unsigned sizes[] = {0, 47, 48, 56, 64, 4096, 4097};

    for (int i = 0; i < 7; i++) {
        show_attributes(sizes[i]);
    }
    set_attributes((struct attributes){.size = 48, .nice = 7});
    set_attributes((struct attributes){.size = 0, .policy = 3, .nice = -30});
    set_attributes((struct attributes){.size = 48, .policy = 1});
    set_attributes((struct attributes){.size = 48, .policy = 1, .priority = 9});
    set_attributes((struct attributes){.size = 48, .flags = 1 << 20});
    set_attributes((struct attributes){.size = 48, .flags = 8, .priority = 4});
    set_attributes((struct attributes){.size = 48, .flags = 0x18, .nice = 5});
    set_attributes((struct attributes){.size = 48, .flags = 1});
    set_attributes((struct attributes){.size = 47});
    set_attributes((struct attributes){.size = 64});
    set_attributes((struct attributes){.size = 64, .more = 1});
    set_attributes((struct attributes){.size = 48, .policy = 77});
    set_attributes((struct attributes){.size = 48, .policy = 5, .nice = 9});
    set_attributes((struct attributes){.size = 48});
    SHOW(sched_setattr, 0, BAD, 0);
    SHOW(sched_setattr, 0, NULL, 0);
    SHOW(sched_setattr, 0, &(struct attributes){.size = 48}, 1);
    SHOW(sched_getattr, 0, BAD, 48, 0);
    SHOW(sched_getattr, 0, NULL, 48, 0);
}

static void nice_values(void)
{
    static const int values[] = {5, -5, 100, -100, 0};

    for (int i = 0; i < 5; i++) {
        SHOW(setpriority, PRIO_PROCESS, 0, values[i]);
        SHOW(getpriority, PRIO_PROCESS, getpid());
    }
#ifdef SYS_nice
    SHOW(nice, 3);
    SHOW(getpriority, PRIO_PROCESS, 0);
    SHOW(nice, -100);
    SHOW(getpriority, PRIO_PROCESS, 0);
    SHOW(setpriority, PRIO_PROCESS, 0, 0);
#endif
    SHOW(setpriority, 3, 0, 0);
    SHOW(setpriority, -1, 0, 0);
    SHOW(getpriority, 3, 0);
    SHOW(getpriority, PRIO_PROCESS, 99999);
    SHOW(setpriority, PRIO_PROCESS, 99999, 0);
    SHOW(getpriority, PRIO_PGRP, 99999);
    SHOW(getpriority, PRIO_USER, 99999);
    setpgid(0, 0);
    SHOW(setpriority, PRIO_PGRP, 0, 4);
    SHOW(getpriority, PRIO_PGRP, 0);
    SHOW(getpriority, PRIO_PGRP, getpgrp());
    in_child(state);
    SHOW(setpriority, PRIO_PROCESS, 0, 0);
}

static void as_nobody(void)
{
    struct rlimit limit = {25, 25};
    int priority = 5;

    setrlimit(RLIMIT_NICE, &limit);
    SHOW(setresuid, NOBODY, NOBODY, NOBODY);
    SHOW(setpriority, PRIO_PROCESS, 0, -5);
    SHOW(setpriority, PRIO_PROCESS, 0, -6);
    SHOW(setpriority, PRIO_PROCESS, 0, 10);
    SHOW(setpriority, PRIO_PROCESS, 0, 3);
    SHOW(setpriority, PRIO_PROCESS, getppid(), 3);
    SHOW(getpriority, PRIO_USER, 0);
    SHOW(getpriority, PRIO_PROCESS, getppid());
    SHOW(sched_setscheduler, 0, 1, &priority);
    SHOW(sched_setscheduler, getppid(), 3, &(int){0});
    SHOW(sched_setscheduler, 0, 3, &(int){0});
    SHOW(sched_setscheduler, 0, 5, &(int){0});
    SHOW(sched_setscheduler, 0, 0, &(int){0});
    SHOW(sched_setaffinity, getppid(), sizeof(long), &(long){1});
    set_policy(RESET_ON_FORK, 0);
    set_policy(0, 0);
    set_attributes((struct attributes){.size = 48, .flags = 1, .nice = -10});
#ifdef SYS_nice
    SHOW(nice, -30);
#endif
}

static void with_realtime_limit(void)
{
    struct rlimit limit = {10, 10};

    setrlimit(RLIMIT_RTPRIO, &limit);
    SHOW(setresuid, NOBODY, NOBODY, NOBODY);
    set_policy(1, 10);
    set_policy(1, 11);
    set_policy(2, 3);
    set_policy(5, 0);
    set_policy(0, 0);
}

static void intervals(void)
{
    long turn[2];

    for (int policy = 0; policy < 4; policy++) {
        set_policy(policy, policy == 1 || policy == 2);
        SHOW(sched_rr_get_interval, 0, turn);
        if (policy == 1 || policy == 2) { /* else by load */
            printf("  %ld.%09ld\n", turn[0], turn[1]);
        }
    }
    set_policy(0, 0);
    SHOW(sched_rr_get_interval, -1, turn);
    SHOW(sched_rr_get_interval, 99999, turn);
    SHOW(sched_rr_get_interval, 0, BAD);
}

static void cpus(void)
{
    unsigned long mask[4] = {0};
    unsigned cpu = 9, node = 9;

    SHOW(getcpu, &cpu, &node, NULL);
    printf("  cpu %u node %u\n", cpu, node);
    SHOW(getcpu, NULL, NULL, NULL);
    SHOW(getcpu, BAD, NULL, NULL);
    SHOW(sched_setaffinity, 0, sizeof(mask), mask);
    mask[0] = 1;
    SHOW(sched_setaffinity, 0, sizeof(mask), mask);
    SHOW(sched_setaffinity, 0, 1, mask);
    SHOW(sched_setaffinity, 0, 0, mask);
    mask[0] = 2;
    SHOW(sched_setaffinity, 0, sizeof(long), mask);
    mask[0] = -1;
    SHOW(sched_setaffinity, 0, sizeof(long), mask);
    SHOW(sched_setaffinity, 99999, sizeof(long), mask);
    SHOW(sched_setaffinity, -1, sizeof(long), mask);
    SHOW(sched_setaffinity, 0, sizeof(long), BAD);
    SHOW(sched_getaffinity, 99999, sizeof(long), mask);
    SHOW(sched_getaffinity, -1, sizeof(long), mask);
    SHOW(sched_getaffinity, 0, 3, mask);
}

static void barriers(void)
{
    printf("known: %lx\n", syscall(SYS_membarrier, 0, 0, 0) & 0x7f);
    for (int bit = 0; bit < 7; bit++) {
        printf("%d: ", bit);
        SHOW(membarrier, 1 << bit, 0, 0);
    }
    SHOW(membarrier, 8, 0, 0);
    SHOW(membarrier, 32, 0, 0);
    SHOW(membarrier, 3, 0, 0);
    SHOW(membarrier, 1, 1, 0);
    SHOW(membarrier, 0, 1, 0);
}

int main(void)
{
    limits_of_policies();
    policies();
    resets();
    attributes();
    nice_values();
    in_child(as_nobody);
    in_child(with_realtime_limit);
    intervals();
    cpus();
    barriers();
    in_child(barriers);
    return 0;
}
