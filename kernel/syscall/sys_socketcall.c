/* socketcall: i386's door to calls on sockets, with their arguments in memory.
 */
#include "kernel/abi/errno.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define ARGUMENTS_MAX 6

/* How many words each call has. */
static const uint8_t argument_counts[SOCKETCALL_MAX + 1] = {
    0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4, 5, 4,
};

static int64_t call_message(int call, const uint32_t *a)
{
    int fd = (int)a[0];

    switch (call) {
    case SOCKETCALL_SEND:
        return sys_sendto(fd, a[1], a[2], a[3], 0, 0);
    case SOCKETCALL_SENDTO:
        return sys_sendto(fd, a[1], a[2], a[3], a[4], (int)a[5]);
    case SOCKETCALL_SENDMSG:
        return sys_sendmsg(fd, a[1], a[2], WORDS_32);
    case SOCKETCALL_RECV:
        return sys_recvfrom(fd, a[1], a[2], a[3], 0, 0);
    case SOCKETCALL_RECVFROM:
        return sys_recvfrom(fd, a[1], a[2], a[3], a[4], a[5]);
    case SOCKETCALL_RECVMSG:
        return sys_recvmsg(fd, a[1], a[2], WORDS_32);
    default:
        return -ENOSYS;
    }
}

int64_t sys_socketcall_32(int call, uaddr_t arguments)
{
    uint32_t a[ARGUMENTS_MAX];

    if (call < SOCKETCALL_SOCKET || call > SOCKETCALL_MAX) {
        return -EINVAL;
    }
    if (copy_from_user(a, arguments, argument_counts[call] * sizeof(a[0])) !=
        0) {
        return -EFAULT;
    }
    switch (call) {
    case SOCKETCALL_SOCKET:
        return sys_socket((int)a[0], a[1], (int)a[2]);
    case SOCKETCALL_SOCKETPAIR:
        return sys_socketpair((int)a[0], a[1], (int)a[2], a[3]);
    case SOCKETCALL_GETSOCKNAME:
        return sys_getsockname((int)a[0], a[1], a[2]);
    case SOCKETCALL_GETPEERNAME:
        return sys_getpeername((int)a[0], a[1], a[2]);
    case SOCKETCALL_SHUTDOWN:
        return sys_shutdown((int)a[0], (int)a[1]);
    case SOCKETCALL_SETSOCKOPT:
        return sys_setsockopt((int)a[0], (int)a[1], (int)a[2], a[3], (int)a[4],
                              TIMEVAL_32);
    case SOCKETCALL_GETSOCKOPT:
        return sys_getsockopt((int)a[0], (int)a[1], (int)a[2], a[3], a[4],
                              TIMEVAL_32);
    default:
        return call_message(call, a);
    }
}
