/* Limits of a process (include/uapi/asm-generic/resource.h). */
#pragma once

#include <stdint.h>

#define RLIMIT_CPU        0
#define RLIMIT_FSIZE      1
#define RLIMIT_DATA       2
#define RLIMIT_STACK      3
#define RLIMIT_CORE       4
#define RLIMIT_RSS        5
#define RLIMIT_NPROC      6
#define RLIMIT_NOFILE     7
#define RLIMIT_MEMLOCK    8
#define RLIMIT_AS         9
#define RLIMIT_LOCKS      10
#define RLIMIT_SIGPENDING 11
#define RLIMIT_MSGQUEUE   12
#define RLIMIT_NICE       13
#define RLIMIT_RTPRIO     14
#define RLIMIT_RTTIME     15
#define RLIMIT_COUNT      16

/* The highest RLIMIT_NOFILE: Linux's fs.nr_open. */
#define NOFILE_MAX        1048576

#define RLIM64_INFINITY   (~(uint64_t)0)
#define RLIM32_INFINITY   (~(uint32_t)0)

/* Whose nice value getpriority and setpriority mean. */
#define PRIO_PROCESS      0
#define PRIO_PGRP         1
#define PRIO_USER         2
#define NICE_MIN          (-20)
#define NICE_MAX          19

#define RUSAGE_SELF       0
#define RUSAGE_CHILDREN   (-1)
#define RUSAGE_THREAD     1

/* getrusage's answer: seconds and microseconds, KiB, and counts. */
struct rusage_64 {
    int64_t user[2];
    int64_t system[2];
    int64_t maximum_resident;
    int64_t unkept[11];
    int64_t voluntary, involuntary; /* switches to other threads */
};

struct rusage_32 {
    int32_t user[2];
    int32_t system[2];
    int32_t maximum_resident;
    int32_t unkept[11];
    int32_t voluntary, involuntary;
};

struct rlimit64 {
    uint64_t current;
    uint64_t maximum;
};

struct rlimit32 {
    uint32_t current;
    uint32_t maximum;
};
