/* Pairs of sockets, and what calls on them answer. */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void show(const char *call, long result)
{
    printf("%-56s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

static void pair(int type, int s[2])
{
    if (socketpair(AF_UNIX, type, 0, s) != 0) {
        printf("no pair: errno %d\n", errno);
    }
}

static void part(int s[2])
{
    close(s[0]);
    close(s[1]);
}
