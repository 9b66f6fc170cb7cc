/* System calls on sockets, but for messages and options. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/message.h"
#include "mm/user_copy.h"

#define SOCKET_FLAGS ((uint32_t)(O_CLOEXEC | O_NONBLOCK))

int socket_hold(int fd, struct file **found)
{
    struct file *file = file_table_find(process_current()->files, fd);

    if (file == NULL) {
        return -EBADF;
    }
    if (!socket_is(file)) {
        return -ENOTSOCK;
    }
    file_hold(file);
    *found = file;
    return 0;
}

/* What Linux refuses of FAMILY, TYPE with its flags, and PROTOCOL; *TYPE has no
 * flags then. */
static int check_kind(int family, uint32_t *type, int protocol)
{
    if ((*type & ~(SOCKET_FLAGS | SOCK_TYPE_MASK)) != 0) {
        return -EINVAL;
    }
    *type &= SOCK_TYPE_MASK;
    if (family < 0 || family >= AF_MAX) {
        return -EAFNOSUPPORT;
    }
    if (*type >= SOCK_MAX) {
        return -EINVAL;
    }
    if (family != AF_UNIX) {
        return -EAFNOSUPPORT;
    }
    if (protocol != 0 && protocol != AF_UNIX) {
        return -EPROTONOSUPPORT;
    }
    *type = *type == SOCK_RAW ? SOCK_DGRAM : *type;
    return *type == SOCK_STREAM || *type == SOCK_DGRAM ||
                   *type == SOCK_SEQPACKET
               ? 0
               : -ESOCKTNOSUPPORT;
}

/* A single socket would have to get a name, or somebody else's: there are none.
 */
int64_t sys_socket(int family, uint32_t type, int protocol)
{
    int error = check_kind(family, &type, protocol);

    return error != 0 ? error : -EAFNOSUPPORT;
}

/* As on Linux the descriptors are known before the sockets are. */
int64_t sys_socketpair(int family, uint32_t type, int protocol, uaddr_t to)
{
    struct socket_user user = socket_caller();
    int flags = (int)(type & SOCKET_FLAGS);
    struct file *files[2];
    int fds[2];

    if ((type & ~(SOCKET_FLAGS | SOCK_TYPE_MASK)) != 0) {
        return -EINVAL;
    }
    int error = process_reserve_two_files(fds);
    if (error == 0) {
        error = copy_to_user(to, fds, sizeof(fds));
    }
    if (error == 0) {
        error = check_kind(family, &type, protocol);
    }
    if (error == 0) {
        error = socket_create_pair((int)type, flags, &user, files);
    }
    for (size_t i = 0; error == 0 && i < ARRAY_COUNT(files); i++) {
        file_table_set(process_current()->files, fds[i], files[i], flags);
    }
    return error;
}

int64_t sys_shutdown(int fd, int how)
{
    struct file *file;
    int error = socket_hold(fd, &file);

    if (error == 0) {
        error = socket_shut_down(file, how);
        file_release(file);
    }
    return error;
}

int address_put(const void *address, int size, uaddr_t to, uaddr_t size_at)
{
    int room;
    int error = copy_from_user(&room, size_at, sizeof(room));

    if (error != 0) {
        return error;
    }
    if (room < 0) {
        return -EINVAL;
    }
    error = copy_to_user(to, address, (size_t)MIN(room, size));
    return error != 0 ? error : copy_to_user(size_at, &size, sizeof(size));
}

/* An address without a name is its family alone. */
static int put_unnamed(uaddr_t to, uaddr_t size_at)
{
    const uint16_t family = AF_UNIX;

    return address_put(&family, sizeof(family), to, size_at);
}

int64_t sys_getsockname(int fd, uaddr_t to, uaddr_t size_at)
{
    struct file *file;
    int error = socket_hold(fd, &file);

    if (error == 0) {
        error = put_unnamed(to, size_at);
        file_release(file);
    }
    return error;
}

int64_t sys_getpeername(int fd, uaddr_t to, uaddr_t size_at)
{
    struct file *file;
    int error = socket_hold(fd, &file);

    if (error == 0) {
        error = socket_has_peer(file) ? put_unnamed(to, size_at) : -ENOTCONN;
        file_release(file);
    }
    return error;
}
