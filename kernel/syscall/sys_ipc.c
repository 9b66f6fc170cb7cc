/* ipc: the one call by which the i386 has all of System V's. */
#include "kernel/abi/errno.h"
#include "kernel/abi/ipc.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

static int64_t attach_for_ipc(unsigned version, int id, uaddr_t address,
                              int flags, uaddr_t result)
{
    int64_t attached =
        version == 1 ? -EINVAL : sys_shmat_32(id, address, flags);
    if (attached < 0) {
        return attached;
    }
    uint32_t word = (uint32_t)attached;
    return copy_to_user(result, &word, sizeof(word)) != 0 ? -EFAULT : 0;
}

int64_t sys_ipc_32(uint32_t call, int first, uint32_t second, uint32_t third,
                   uaddr_t pointer)
{
    switch (call & IPCOP_MASK) {
    case IPCOP_SHMAT:
        return attach_for_ipc(call >> IPCOP_VERSION, first, pointer,
                              (int)second, third);
    case IPCOP_SHMDT:
        return sys_shmdt(pointer);
    case IPCOP_SHMGET:
        return sys_shmget(first, second, (int)third);
    case IPCOP_SHMCTL:
        return (second & IPC_64) != 0
                   ? sys_shmctl_32(first, (int)(second & ~IPC_64), pointer)
                   : -EINVAL;
    default:
        return -ENOSYS;
    }
}
