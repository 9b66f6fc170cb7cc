/* ipc: the one call by which the i386 has all of System V's. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sem.h"
#include "kernel/abi/shm.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

/* Its arguments behind the number of the call. */
struct words {
    int first;
    uint32_t second;
    uint32_t third;
    uaddr_t pointer;
    uaddr_t fifth;
};

/* COMMAND, of which one of IPC_* that needs a structure has it in today's form
 * alone: or it is none. */
static int command_in(uint32_t command)
{
    bool is_new = (command & IPC_64) != 0;

    command &= ~IPC_64;
    bool has_form = command == IPC_SET || command == IPC_STAT;
    return is_new || !has_form ? (int)command : -EINVAL;
}

static int64_t attach(unsigned version, const struct words *words)
{
    int64_t attached = version == 1 ? -EINVAL
                                    : sys_shmat_32(words->first, words->pointer,
                                                   (int)words->second);
    if (attached < 0) {
        return attached;
    }
    uint32_t word = (uint32_t)attached;
    return copy_to_user(words->third, &word, sizeof(word)) != 0 ? -EFAULT : 0;
}

static int64_t control_semaphores(const struct words *words)
{
    uint32_t data;

    if (words->pointer == 0) {
        return -EINVAL;
    }
    if (copy_from_user(&data, words->pointer, sizeof(data)) != 0) {
        return -EFAULT;
    }
    return sys_semctl_32(words->first, (int)words->second,
                         command_in(words->third), data);
}

static int64_t call_semaphores(uint32_t call, const struct words *words)
{
    switch (call) {
    case IPCOP_SEMOP:
        return sys_semtimedop(words->first, words->pointer, words->second, 0,
                              TIMESPEC_32);
    case IPCOP_SEMTIMEDOP:
        return sys_semtimedop(words->first, words->pointer, words->second,
                              words->fifth, TIMESPEC_32);
    case IPCOP_SEMGET:
        return sys_semget(words->first, (int)words->second, (int)words->third);
    default: /* IPCOP_SEMCTL */
        return control_semaphores(words);
    }
}

static int64_t call_segments(uint32_t call, const struct words *words)
{
    switch (call & IPCOP_MASK) {
    case IPCOP_SHMAT:
        return attach(call >> IPCOP_VERSION, words);
    case IPCOP_SHMDT:
        return sys_shmdt(words->pointer);
    case IPCOP_SHMGET:
        return sys_shmget(words->first, words->second, (int)words->third);
    default: /* IPCOP_SHMCTL */
        return sys_shmctl_32(words->first, command_in(words->second),
                             words->pointer);
    }
}

int64_t sys_ipc_32(uint32_t call, int first, uint32_t second, uint32_t third,
                   uaddr_t pointer, uaddr_t fifth)
{
    const struct words words = {first, second, third, pointer, fifth};

    switch (call & IPCOP_MASK) {
    case IPCOP_SEMOP:
    case IPCOP_SEMGET:
    case IPCOP_SEMCTL:
    case IPCOP_SEMTIMEDOP:
        return call_semaphores(call & IPCOP_MASK, &words);
    case IPCOP_SHMAT:
    case IPCOP_SHMDT:
    case IPCOP_SHMGET:
    case IPCOP_SHMCTL:
        return call_segments(call, &words);
    default:
        return -ENOSYS;
    }
}
