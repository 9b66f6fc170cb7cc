/* System V semaphores (include/uapi/linux/sem.h), with the structures of both
 * word sizes. */
#pragma once

#include "kernel/abi/ipc.h"

#define SEM_UNDO     0x1000 /* of an operation, beside IPC_NOWAIT */

#define GETPID       11
#define GETVAL       12
#define GETALL       13
#define GETNCNT      14
#define GETZCNT      15
#define SETVAL       16
#define SETALL       17
#define SEM_STAT     18
#define SEM_INFO     19
#define SEM_STAT_ANY 20

/* Limits. */
#define SEMMNI       32000             /* sets */
#define SEMMSL       32000             /* semaphores in one, */
#define SEMMNS       (SEMMNI * SEMMSL) /* and in all */
#define SEMOPM       500               /* operations in a call */
#define SEMVMX       32767             /* what a semaphore may be, */
#define SEMAEM       SEMVMX            /* and what SEM_UNDO may add to it */

/* What seminfo says of what nothing on Linux goes by. */
#define SEMUME       SEMOPM
#define SEMMNU       SEMMNS
#define SEMMAP       SEMMNS
#define SEMUSZ       20

struct linux_sembuf {
    uint16_t number;
    int16_t operation;
    int16_t flags;
};
static_assert(sizeof(struct linux_sembuf) == 6, "struct sembuf");

struct linux_semid {
    struct linux_ipc_perm perm;
    int64_t otime;
    uint64_t unused_1;
    int64_t ctime;
    uint64_t unused_2;
    uint64_t nsems;
    uint64_t unused[2];
};
static_assert(sizeof(struct linux_semid) == 104, "struct semid64_ds");

struct linux_semid_32 {
    struct linux_ipc_perm_32 perm;
    uint32_t otime, otime_high, ctime, ctime_high;
    uint32_t nsems;
    uint32_t unused[2];
};
static_assert(sizeof(struct linux_semid_32) == 64, "struct semid64_ds");

struct linux_seminfo {
    int32_t semmap, semmni, semmns, semmnu, semmsl;
    int32_t semopm, semume, semusz, semvmx, semaem;
};
