/* membarrier: with one CPU there is nothing to wait for, but what is not
 * registered is refused. */
#include "kernel/abi/errno.h"
#include "kernel/abi/prctl.h"
#include "kernel/process.h"
#include "kernel/syscall.h"

#define COMMANDS                                                               \
    (MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |                 \
     MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED |                                \
     MEMBARRIER_CMD_PRIVATE_EXPEDITED |                                        \
     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED |                               \
     MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE |                              \
     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)

int64_t sys_membarrier(int command, unsigned flags)
{
    unsigned *registered = &process_current()->barriers;

    if (flags != 0) {
        return -EINVAL;
    }
    switch (command) {
    case MEMBARRIER_CMD_QUERY:
        return COMMANDS;
    case MEMBARRIER_CMD_GLOBAL:
    case MEMBARRIER_CMD_GLOBAL_EXPEDITED:
        return 0;
    case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
        *registered |= (unsigned)command;
        return 0;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE:
        /* The bit above each is its registration's. */
        return (*registered & (unsigned)command << 1) != 0 ? 0 : -EPERM;
    default:
        return -EINVAL;
    }
}
