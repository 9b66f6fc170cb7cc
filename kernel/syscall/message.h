/* What goes with a message: open files, and who sends it. */
#pragma once

#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/syscall.h"

/* Where a program says that, or is told. */
struct message_control {
    uaddr_t at;
    uint64_t size;
    enum word_size words;
    int flags; /* MSG_CTRUNC: it was not told all */
};

/* Reads what a program sends with TRANSFER. Returns 0 or -EXXX. */
int message_control_read(const struct message_control *control,
                         struct socket_transfer *transfer) MUST_CHECK;

/* Tells what came with TRANSFER by FILE, a socket: open files get descriptors,
 * with FLAGS, which may have O_CLOEXEC. CONTROL begins behind that then. */
void message_control_write(struct message_control *control,
                           const struct file *file,
                           struct socket_transfer *transfer, int flags);

/* The socket behind FD, held; the caller releases it. Returns 0, -EBADF or
 * -ENOTSOCK. */
int socket_hold(int fd, struct file **file) MUST_CHECK;

/* Writes the first of SIZE bytes of an address for which there is room at TO,
 * and SIZE to where the room stands. Returns 0, -EFAULT or -EINVAL. */
int address_put(const void *address, int size, uaddr_t to,
                uaddr_t size_at) MUST_CHECK;
