/* System V shared memory (include/uapi/linux/shm.h), with the
 * structures of both word sizes. */
#pragma once

#include "kernel/abi/ipc.h"

#define SHM_LOCK      11
#define SHM_UNLOCK    12
#define SHM_STAT      13
#define SHM_INFO      14
#define SHM_STAT_ANY  15

/* shmget's flags, */
#define SHM_HUGETLB   04000
#define SHM_NORESERVE 010000

/* shmat's, */
#define SHM_RDONLY    010000
#define SHM_RND       020000
#define SHM_REMAP     040000
#define SHM_EXEC      0100000

/* and what a mode says beside permissions. */
#define SHM_DEST      01000
#define SHM_LOCKED    02000

struct linux_shmid {
    struct linux_ipc_perm perm;
    uint64_t size;
    int64_t atime, dtime, ctime;
    int32_t cpid, lpid;
    uint64_t nattch;
    uint64_t unused[2];
};
static_assert(sizeof(struct linux_shmid) == 112, "struct shmid64_ds");

struct linux_shminfo {
    uint64_t shmmax, shmmin, shmmni, shmseg, shmall;
    uint64_t unused[4];
};

struct linux_shm_info {
    int32_t used_ids;
    uint32_t padding;
    uint64_t total, resident, swapped;
    uint64_t swap_attempts, swap_successes;
};

struct linux_shmid_32 {
    struct linux_ipc_perm_32 perm;
    uint32_t size;
    uint32_t atime, atime_high, dtime, dtime_high, ctime, ctime_high;
    int32_t cpid, lpid;
    uint32_t nattch;
    uint32_t unused[2];
};
static_assert(sizeof(struct linux_shmid_32) == 84, "struct shmid64_ds");

struct linux_shminfo_32 {
    uint32_t shmmax, shmmin, shmmni, shmseg, shmall;
    uint32_t unused[4];
};

struct linux_shm_info_32 {
    int32_t used_ids;
    uint32_t total, resident, swapped;
    uint32_t swap_attempts, swap_successes;
};
