/* System V semaphores: what is done together, who waits, what an end undoes. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "semaphore_set.h"

static void show_values(const char *when)
{
    unsigned short values[COUNT];

    printf("%s: %d,", when, point(set, 0, GETALL, values));
    for (int i = 0; i < COUNT; i++) {
        printf(" %u", values[i]);
    }
    printf("\n");
}

/* Until COUNT wait as COMMAND counts. */
static void await(int number, int command, int count)
{
    while (control(set, number, command, 0) != count) {
        usleep(1000);
    }
}

static void together(void)
{
    struct sembuf both[2] = {{0, 2, 0}, {1, -1, IPC_NOWAIT}};
    struct sembuf twice[3] = {{2, 3, 0}, {2, -2, 0}, {2, -1, 0}};
    struct sembuf high[2] = {{3, 1, 0}, {4, 32767, 0}};
    struct sembuf zero[2] = {{1, 0, IPC_NOWAIT}, {0, 0, IPC_NOWAIT}};

    set_values(0, 0, 0, 0, 1);
    SHOW(semop(set, both, 2));
    show_values("nothing is done");
    SHOW(semop(set, high, 2));
    show_values("nothing is done");
    SHOW(semop(set, twice, 3));
    SHOW(semop(set, zero, 2));
    SHOW(operate(1, 1, 0));
    SHOW(semop(set, both, 2));
    SHOW(semop(set, zero, 2));
    show_values("all is done");
    printf("by me: %d %d %d\n", control(set, 0, GETPID, 0) == getpid(),
           control(set, 2, GETPID, 0) == getpid(),
           control(set, 3, GETPID, 0) == getpid());
}

/* Others print meanwhile, so these end with what they were told. */
static void take_one(void)
{
    _exit(operate(0, -1, 0) == 0 ? 0 : errno);
}

static void take_two(void)
{
    _exit(operate(0, -2, 0) == 0 ? 0 : errno);
}

static void wait_for_zero(void)
{
    _exit(operate(1, 0, 0) == 0 ? 0 : errno);
}

static void take_both(void)
{
    struct sembuf both[2] = {{0, -1, 0}, {1, -1, 0}};

    _exit(semop(set, both, 2) == 0 ? 0 : errno);
}

static void waiters(void)
{
    set_values(0, 1, 0, 0, 0);
    pid_t two = start(take_two);
    await(0, GETNCNT, 1);
    pid_t one = start(take_one);
    await(0, GETNCNT, 2);
    SHOW(operate(0, 1, 0)); /* enough for the second alone */
    end("one", one);
    SHOW(operate(0, 2, 0));
    end("two", two);
    pid_t zero = start(wait_for_zero);
    await(1, GETZCNT, 1);
    SHOW(operate(1, -1, 0));
    end("zero", zero);
    pid_t both = start(take_both);
    await(0, GETNCNT, 1);
    printf("for the other: %d\n", control(set, 1, GETNCNT, 0));
    SHOW(operate(0, 1, 0));
    await(1, GETNCNT, 1);
    printf("for the first: %d\n", control(set, 0, GETNCNT, 0));
    SHOW(control(set, 1, SETVAL, 1));
    end("both", both);
    show_values("all are served");
}

static void on_signal(int signal)
{
    (void)signal;
}

static void ends_of_waits(void)
{
    struct sembuf one = {0, -1, 0};
    struct timespec short_time = {0, 5000000}, none = {0, 0};

    set_values(0, 0, 0, 0, 0);
    SHOW(semtimedop(set, &one, 1, &short_time));
    SHOW(semtimedop(set, &one, 1, &none));
    SHOW(operate(0, -1, IPC_NOWAIT));
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerspec soon = {.it_value = {0, 10000000}};
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, NULL, &timer);
    timer_settime(timer, 0, &soon, NULL);
    SHOW(semop(set, &one, 1));
    timer_delete(timer);
    pid_t child = start(take_one);
    await(0, GETNCNT, 1);
    kill(child, SIGKILL);
    end("killed", child);
    printf("left: %d\n", control(set, 0, GETNCNT, 0));
}

static void give_with_undo(void)
{
    SHOW(operate(0, -3, SEM_UNDO));
    SHOW(operate(1, 2, SEM_UNDO));
    SHOW(operate(0, -1, SEM_UNDO));
    show_values("in the child");
}

static void wait_with_undo(void)
{
    operate(0, -5, SEM_UNDO);
    operate(2, -1, SEM_UNDO);
}

static void reset_after_undo(void)
{
    SHOW(operate(0, -3, SEM_UNDO));
    SHOW(operate(1, -3, SEM_UNDO));
    SHOW(control(set, 0, SETVAL, 1));
}

static void undo_too_much(void)
{
    SHOW(operate(0, 10, SEM_UNDO));
    SHOW(operate(0, -10, 0));
    SHOW(operate(1, -20, SEM_UNDO));
    SHOW(operate(1, 32767 - 5, 0));
    for (int i = 0; i < 2; i++) {
        SHOW(operate(2, 30000, SEM_UNDO));
        SHOW(operate(2, -30000, IPC_NOWAIT));
    }
}

static void *thread_takes(void *unused)
{
    (void)unused;
    SHOW(operate(0, -2, SEM_UNDO));
    return NULL;
}

static void in_threads(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, thread_takes, NULL);
    pthread_join(thread, NULL);
    show_values("the thread has ended");
}

static void execs(void)
{
    SHOW(operate(0, -2, SEM_UNDO));
    fflush(stdout);
    execl("/proc/self/exe", "semaphores", "end", (char *)NULL);
    show("execl", -1);
}

static void undos(void)
{
    set_values(10, 5, 0, 0, 0);
    end("child", start(give_with_undo));
    show_values("undone");
    pid_t child = start(wait_with_undo);
    await(2, GETNCNT, 1);
    show_values("before the end");
    kill(child, SIGKILL);
    end("killed", child);
    show_values("undone");
    end("child", start(reset_after_undo));
    show_values("but for what was set");
    set_values(5, 25, 0, 0, 0);
    end("child", start(undo_too_much));
    show_values("within the range");
    set_values(5, 0, 0, 0, 0);
    end("threads", start(in_threads));
    show_values("undone");
    end("exec", start(execs));
    show_values("undone");
}

static void removed(void)
{
    int kept = set;

    set = semget(IPC_PRIVATE, COUNT, 0600);
    pid_t one = start(take_one), both = start(take_both);
    await(0, GETNCNT, 2);
    SHOW(control(set, 1, SETVAL, 1));
    pid_t zero = start(wait_for_zero);
    await(1, GETZCNT, 1);
    SHOW(control(set, 0, IPC_RMID, 0));
    end("one", one);
    end("both", both);
    end("zero", zero);
    SHOW(operate(0, 1, 0));
    set = kept;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return 3;
    }
    set = semget(IPC_PRIVATE, COUNT, 0600);
    together();
    waiters();
    ends_of_waits();
    undos();
    removed();
    SHOW(control(set, 0, IPC_RMID, 0));
    return 0;
}
