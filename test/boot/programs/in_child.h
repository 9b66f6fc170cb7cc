/* A child that does one thing, for what a process can't take back. */
#pragma once

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs ACT in a child, and says how that ended if not well. */
static void in_child(void (*act)(void))
{
    int status;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        act();
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (status != 0) {
        printf("status %x\n", status);
    }
}
