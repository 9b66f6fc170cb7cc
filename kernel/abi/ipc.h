/* What all of System V's objects have in common (include/uapi/linux/ipc.h):
 * keys, commands, permissions, and the one call of the i386 for all of them. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define IPC_PRIVATE      0
#define IPC_CREAT        01000
#define IPC_EXCL         02000
#define IPC_NOWAIT       04000

#define IPC_RMID         0
#define IPC_SET          1
#define IPC_STAT         2
#define IPC_INFO         3

#define IPC_64           0x100u /* with a command of ipc: these structures */

/* ipc's calls. */
#define IPCOP_SEMOP      1
#define IPCOP_SEMGET     2
#define IPCOP_SEMCTL     3
#define IPCOP_SEMTIMEDOP 4
#define IPCOP_MSGSND     11
#define IPCOP_MSGRCV     12
#define IPCOP_MSGGET     13
#define IPCOP_MSGCTL     14
#define IPCOP_SHMAT      21
#define IPCOP_SHMDT      22
#define IPCOP_SHMGET     23
#define IPCOP_SHMCTL     24
#define IPCOP_MASK       0xffffu
#define IPCOP_VERSION    16 /* is above this bit */

struct linux_ipc_perm {
    int32_t key;
    uint32_t uid, gid, cuid, cgid;
    uint32_t mode;
    uint16_t seq;
    uint16_t padding[3];
    uint64_t unused[2];
};
static_assert(sizeof(struct linux_ipc_perm) == 48, "struct ipc64_perm");

struct linux_ipc_perm_32 {
    int32_t key;
    uint32_t uid, gid, cuid, cgid;
    uint16_t mode, padding;
    uint16_t seq, padding_2;
    uint32_t unused[2];
};
static_assert(sizeof(struct linux_ipc_perm_32) == 36, "struct ipc64_perm");
