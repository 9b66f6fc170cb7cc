/* CPU clocks, of processes and threads, by all of their numbers: what they
 * show, and timers that go by them. How much it is differs from run to run, so
 * what is printed is what holds. */
#define _GNU_SOURCE
#include "cpu_clock.h"

static void resolutions(void)
{
    for (int clock = -10; clock <= 13; clock++) {
        struct timespec time = {-1, -1};
        if (clock == 8 || clock == 9) {
            continue; /* of an alarm: as the machine's RTC is */
        }
        errno = 0;
        int result = clock_getres(clock, &time);
        printf("clock %d: %d errno %d, %ld %ld", clock, result, errno,
               (long)time.tv_sec, (long)time.tv_nsec);
        errno = 0;
        result = clock_gettime(clock, &time);
        printf(", read %d errno %d\n", result, errno);
    }
}

static void numbers(void)
{
    const pid_t self = getpid(), parent = getppid();

    for (int bits = 0; bits < 8; bits++) {
        struct timespec time;
        long of[6];
        const pid_t pids[] = {0, self, parent, 1, 300000, helper};
        for (int i = 0; i < 6; i++) {
            errno = 0;
            of[i] = clock_gettime(NUMBER(pids[i], bits), &time);
            of[i] = of[i] == 0 ? 0 : errno;
        }
        printf("bits %d: %ld %ld %ld %ld %ld %ld", bits, of[0], of[1], of[2],
               of[3], of[4], of[5]);
        for (int i = 0; i < 6; i++) {
            errno = 0;
            of[i] = clock_getres(NUMBER(pids[i], bits), NULL);
            of[i] = of[i] == 0 ? 0 : errno;
        }
        printf(", %ld %ld %ld %ld %ld %ld\n", of[0], of[1], of[2], of[3], of[4],
               of[5]);
    }
    SHOW(syscall(SYS_clock_gettime, NUMBER(0, SCHED), bad));
}

static void what_they_show(void)
{
    long long own = now(CLOCK_THREAD_CPUTIME_ID);
    long long all = now(CLOCK_PROCESS_CPUTIME_ID);
    pthread_t thread;

    usleep(50000);
    printf("asleep: %d %d\n", now(CLOCK_THREAD_CPUTIME_ID) - own < 40 * MILLI,
           now(CLOCK_PROCESS_CPUTIME_ID) - all < 40 * MILLI);
    own = now(CLOCK_THREAD_CPUTIME_ID);
    all = now(CLOCK_PROCESS_CPUTIME_ID);
    pthread_create(&thread, NULL, spin, NULL);
    pthread_join(thread, NULL);
    printf("another thread: %d %d\n",
           now(CLOCK_THREAD_CPUTIME_ID) - own < 40 * MILLI,
           now(CLOCK_PROCESS_CPUTIME_ID) - all >= 60 * MILLI);
    own = now(CLOCK_THREAD_CPUTIME_ID);
    burn(CLOCK_THREAD_CPUTIME_ID, 20 * MILLI);
    printf("itself: %d\n", now(CLOCK_THREAD_CPUTIME_ID) - own >= 20 * MILLI);
    printf("the same: %d\n",
           now(NUMBER(getpid(), SCHED)) >= now(NUMBER(0, SCHED | PERTHREAD)));
    pid_t child = fork();
    if (child == 0) {
        printf("a child begins anew: %d\n",
               now(CLOCK_PROCESS_CPUTIME_ID) < 60 * MILLI);
        burn(CLOCK_PROCESS_CPUTIME_ID, 30 * MILLI);
        _exit(0);
    }
    siginfo_t info;
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    printf("a zombie's: %d\n", now(NUMBER(child, SCHED)) >= 30 * MILLI);
    waitpid(child, NULL, 0);
    printf("nobody's: %lld\n", now(NUMBER(child, SCHED)));
}

static struct sigevent event_of(int notify)
{
    return (struct sigevent){.sigev_notify = notify,
                             .sigev_signo = SIGRTMIN,
                             .sigev_value.sival_int = 77};
}

static void print_timers(void)
{
    char line[200];
    FILE *file = fopen("/proc/self/timers", "r");
    const char *own = "own";

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        int pid;
        char how[20];
        if (sscanf(line, "notify: %19[a-z/].%d", how, &pid) == 2) {
            printf("notify: %s.%s\n", how, pid == getpid() ? own : "other");
        } else {
            fputs(line, stdout);
        }
    }
    if (file == NULL) {
        printf("no timers: errno %d\n", errno);
    } else {
        fclose(file);
    }
}

static void create(void)
{
    struct sigevent event = event_of(SIGEV_SIGNAL);
    int id, previous = -1;

    for (int clock = -10; clock <= 13; clock++) {
        if (clock == 8 || clock == 9) {
            continue;
        }
        errno = 0;
        long result = syscall(SYS_timer_create, clock, &event, &id);
        printf("create %d: %ld errno %d", clock, result, errno);
        if (result == 0) {
            printf(", %d more", id - previous);
            previous = id;
            syscall(SYS_timer_delete, id);
        }
        puts("");
    }
    SHOW(syscall(SYS_timer_create, 99, bad, &id));
    SHOW(syscall(SYS_timer_create, -6, &event, bad));
    SHOW(syscall(SYS_timer_create, NUMBER(300000, SCHED), &event, bad));
    SHOW(syscall(SYS_timer_create, NUMBER(300000, SCHED), &event, &id));
    SHOW(syscall(SYS_timer_create, NUMBER(helper, SCHED), &event, &id));
    SHOW(syscall(SYS_timer_create, NUMBER(helper, SCHED | 4), &event, &id));
    SHOW(syscall(SYS_timer_delete, id));
    print_timers();
}

static void spin_for(int wanted)
{
    while (count < wanted) {
    }
}

static void fire(clockid_t clock)
{
    struct sigevent event = event_of(SIGEV_SIGNAL);
    struct itimerspec once = {{0, 0}, {0, 20 * MILLI}}, left;
    struct itimerspec often = {{0, 1}, {0, 1}}, none = {{0, 0}, {0, 0}};
    struct itimerspec over = {{0, 0}, {0, 1}}, far = {{7, 5}, {1000, 0}};
    int timer;

    count = 0;
    SHOW(syscall(SYS_timer_create, clock, &event, &timer));
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &once, NULL));
    spin_for(1);
    printf("code %d value %d\n", last.si_code, last.si_value.sival_int);
    SHOW(timer_gettime((timer_t)(intptr_t)timer, &left));
    printf("%ld %ld\n", (long)left.it_value.tv_sec,
           (long)left.it_value.tv_nsec);
    SHOW(timer_settime((timer_t)(intptr_t)timer, TIMER_ABSTIME, &over, NULL));
    spin_for(2);
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &often, NULL));
    spin_for(6);
    printf("overrun %d\n", timer_getoverrun((timer_t)(intptr_t)timer) > 0);
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &far, NULL));
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &none, &left));
    printf("%d %ld %ld\n",
           left.it_value.tv_sec >= 990 && left.it_value.tv_sec <= 1000,
           (long)left.it_interval.tv_sec, (long)left.it_interval.tv_nsec);
    usleep(30000);
    SHOW(timer_delete((timer_t)(intptr_t)timer));
}

static void *give_clock(void *unused)
{
    fire(CLOCK_THREAD_CPUTIME_ID);
    return unused;
}

/* Its clock ends before it does. */
static void lose_clock(void)
{
    struct sigevent event = event_of(SIGEV_NONE);
    struct itimerspec far = {{7, 5}, {1000, 0}}, left = {{1, 1}, {1, 1}};
    int timer;
    pid_t child = fork();

    if (child == 0) {
        pause();
        _exit(1);
    }
    SHOW(syscall(SYS_timer_create, NUMBER(child, SCHED), &event, &timer));
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &far, NULL));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    SHOW(timer_settime((timer_t)(intptr_t)timer, 0, &far, NULL));
    SHOW(syscall(SYS_timer_gettime, timer, &left));
    SHOW(timer_delete((timer_t)(intptr_t)timer));
}

static void show_timers(void)
{
    struct sigevent by_none = event_of(SIGEV_NONE);
    struct sigevent by_signal = event_of(SIGEV_SIGNAL);
    int ids[4];

    syscall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, &by_none, &ids[0]);
    syscall(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, NULL, &ids[1]);
    syscall(SYS_timer_create, CLOCK_MONOTONIC, &by_signal, &ids[2]);
    by_signal.sigev_notify = SIGEV_THREAD;
    syscall(SYS_timer_create, CLOCK_REALTIME, &by_signal, &ids[3]);
    print_timers();
    for (int i = 0; i < 4; i++) {
        syscall(SYS_timer_delete, ids[i]);
    }
}

/* Longer than there is time. */
static void endless(void)
{
    struct itimerspec never = {{INT32_MAX, 5}, {0, 1000}}, left;
    struct sigevent event = event_of(SIGEV_SIGNAL);
    timer_t timer;

    if (sizeof(time_t) == 8) {
        never.it_interval.tv_sec = (time_t)INT64_MAX;
    }
    count = 0;
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    SHOW(timer_settime(timer, 0, &never, NULL));
    while (count == 0) {
        usleep(1000);
    }
    SHOW(timer_gettime(timer, &left));
    printf("runs %d\n", left.it_value.tv_sec > 1000000);
    SHOW(timer_delete(timer));
}

static void switches(void)
{
    struct rusage before, after;

    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 5; i++) {
        usleep(1000);
    }
    getrusage(RUSAGE_SELF, &after);
    printf("voluntary %d\n", after.ru_nvcsw - before.ru_nvcsw >= 5);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    pthread_t thread;

    setvbuf(stdout, NULL, _IOLBF, 0);
    sigaction(SIGRTMIN, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    resolutions();
    pthread_t helping = begin_help();
    numbers();
    create();
    end_help(helping);
    what_they_show();
    fire(CLOCK_PROCESS_CPUTIME_ID);
    fire(NUMBER(getpid(), 0));
    fire(NUMBER(0, 1));
    pthread_create(&thread, NULL, give_clock, NULL);
    pthread_join(thread, NULL);
    lose_clock();
    show_timers();
    endless();
    switches();
    return 0;
}
