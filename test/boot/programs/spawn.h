/* A child that runs this program again, for other ends of pipes. */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs the program with WORD and, of FD and OTHER, the numbers: those that are
 * descriptors stay open in the child. Returns the child. */
static inline int spawn(const char *word, int fd, int other)
{
    char first[16], second[16];
    snprintf(first, sizeof(first), "%d", fd);
    snprintf(second, sizeof(second), "%d", other);
    int child = vfork();
    if (child == 0) {
        fcntl(fd, F_SETFD, 0);
        fcntl(other, F_SETFD, 0);
        execl("/proc/self/exe", "child", word, first, second, NULL);
        _exit(127);
    }
    if (child < 0) {
        perror("vfork");
        exit(1);
    }
    return child;
}

/* Waits for CHILD, and tells how it ended. */
static inline void show_end(int child)
{
    int status;
    if (waitpid(child, &status, 0) != child) {
        perror("waitpid");
        exit(1);
    }
    printf("child: status %#x\n", (unsigned)status);
}
