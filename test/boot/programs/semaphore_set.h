/* A set of semaphores, and what both programs do with it. They include it
 * behind what they use alone. */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 5

union data {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
    struct seminfo *info;
};

static int set; /* of COUNT */

static void show(const char *call, long result)
{
    printf("%-64s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static int control(int id, int number, int command, int value)
{
    return semctl(id, number, command, (union data){.val = value});
}

static int point(int id, int number, int command, void *at)
{
    return semctl(id, number, command, (union data){.buf = at});
}

static int operate(int number, int operation, int flags)
{
    struct sembuf one = {(unsigned short)number, (short)operation,
                         (short)flags};

    return semop(set, &one, 1);
}

static void set_values(int a, int b, int c, int d, int e)
{
    unsigned short values[COUNT] = {(unsigned short)a, (unsigned short)b,
                                    (unsigned short)c, (unsigned short)d,
                                    (unsigned short)e};

    printf("set: %d\n", point(set, 0, SETALL, values));
}

static pid_t start(void (*run)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run();
        fflush(stdout);
        _exit(0);
    }
    return child;
}

static void end(const char *who, pid_t child)
{
    int status = -1;

    waitpid(child, &status, 0);
    printf("%s: %#x\n", who, status);
}
