/* Receiving by sockets. */
#include "kernel/abi/errno.h"
#include "kernel/file/socket_priv.h"
#include "kernel/lib.h"

/* There is room again for SOCKET's peer. */
static void tell_sender(const struct socket *socket)
{
    struct socket *sender = socket->peer;

    if (sender != NULL && socket_has_room(sender)) {
        thread_wake_all(&sender->to_send);
    }
}

/* MESSAGE's files become the transfer's, or copies of them. */
static int take_rights(struct message *message,
                       struct socket_transfer *transfer)
{
    if (message->rights == NULL) {
        return 0;
    }
    if ((transfer->flags & MSG_PEEK) != 0) {
        transfer->rights = socket_rights_copy(message->rights);
        return transfer->rights != NULL ? 0 : -ENOMEM;
    }
    socket_rights_arrive(message->rights);
    transfer->rights = message->rights;
    message->rights = NULL;
    return 0;
}

/* Waits until SOCKET, a stream, has more. Returns 0; 1 at its end; or -EXXX. */
#define STREAM_ENDS 1
static int wait_for_bytes(struct socket *socket, uint64_t deadline)
{
    if (socket->error != 0) {
        return -socket_take_error(socket->file);
    }
    if ((socket->shut & SOCKET_NO_RECEIVE) != 0) {
        return STREAM_ENDS;
    }
    return socket_wait(&socket->to_receive, deadline);
}

static bool is_same_user(const struct socket_user *a,
                         const struct socket_user *b)
{
    return a->pid == b->pid && a->uid == b->uid && a->gid == b->gid;
}

/* Takes of MESSAGE what there is room for. Returns how many bytes, or -EFAULT
 * or -ENOMEM; then they are still there. */
static int64_t take_bytes(struct message *message,
                          struct socket_transfer *transfer)
{
    size_t size = MIN(message_size(message), transfer->pieces.total);
    int error = message_copy(message, size, &transfer->pieces);

    if (error == 0) {
        error = take_rights(message, transfer);
    }
    if (error != 0) {
        return error;
    }
    if ((transfer->flags & MSG_PEEK) == 0) {
        message->start += (uint32_t)size;
    }
    return (int64_t)size;
}

/* May bytes of MESSAGE follow those of another, which are in TRANSFER? */
static bool may_follow(const struct socket *socket,
                       const struct message *message,
                       const struct socket_transfer *transfer)
{
    return (socket->options.is_set & BIT(SO_PASSCRED)) == 0 ||
           is_same_user(&message->user, &transfer->user);
}

/* Takes of what is there, as long as it may come by one call, behind the BEFORE
 * bytes that this one has. Returns how many bytes, or -EXXX if that is none. */
static int64_t take_present(struct socket *socket,
                            struct socket_transfer *transfer, int64_t before)
{
    bool is_peek = (transfer->flags & MSG_PEEK) != 0;
    struct list *at = &socket->messages;
    struct list *node;
    int64_t done = 0;

    while ((node = list_next(&socket->messages, at)) != NULL) {
        struct message *message = list_entry(node, struct message, node);
        if (before + done > 0 && !may_follow(socket, message, transfer)) {
            break;
        }
        transfer->user = message->user;
        int64_t count = take_bytes(message, transfer);
        if (count < 0) {
            return done > 0 ? done : count;
        }
        done += count;
        if (is_peek) {
            at = node;
        } else if (message_size(message) == 0) {
            message_drop(socket, message);
            tell_sender(socket);
        }
        if (transfer->pieces.total == 0 || transfer->rights != NULL) {
            break;
        }
    }
    return done;
}

static int64_t receive_stream(struct socket *socket,
                              struct socket_transfer *transfer,
                              uint64_t deadline)
{
    int64_t size = (int64_t)transfer->pieces.total;
    int64_t least = (transfer->flags & MSG_WAITALL) != 0
                        ? size
                        : MIN(size, (int64_t)socket->options.receive_least);
    int64_t done = 0;

    for (;;) {
        bool is_first = done == 0;
        int64_t count = 0;
        if (message_first(socket) != NULL) {
            count = take_present(socket, transfer, done);
        } else if (!is_first && done >= least) {
            return done;
        } else {
            int error = wait_for_bytes(socket, deadline);
            if (error != 0) {
                return done > 0 ? done : MIN(error, 0);
            }
            continue;
        }
        if (count < 0) {
            return is_first ? count : done;
        }
        done += count;
        if (done == size || transfer->rights != NULL ||
            (transfer->flags & MSG_PEEK) != 0 ||
            message_first(socket) != NULL) {
            return done;
        }
    }
}

/* Waits until SOCKET has a packet. Returns 0; 0 and no packet at the end; or
 * -EXXX. */
static int wait_for_packet(struct socket *socket, uint64_t deadline)
{
    bool is_ended;

    do {
        if (socket->error != 0) {
            return -socket_take_error(socket->file);
        }
        if (message_first(socket) != NULL) {
            return 0;
        }
        is_ended = (socket->shut & SOCKET_NO_RECEIVE) != 0;
        if (is_ended && (deadline != 0 || socket->type == SOCK_SEQPACKET)) {
            return 0;
        }
        int error = socket_wait(&socket->to_receive, deadline);
        if (error != 0) {
            return error;
        }
    } while (true);
}

/* As on Linux a packet is lost when the program's memory ends before it. */
static int64_t receive_packet(struct socket *socket,
                              struct socket_transfer *transfer,
                              uint64_t deadline)
{
    int error = wait_for_packet(socket, deadline);
    struct message *message = message_first(socket);

    if (error != 0 || message == NULL) {
        return error;
    }
    size_t whole = message_size(message);
    size_t size = MIN(whole, transfer->pieces.total);
    transfer->user = message->user;
    transfer->is_cut = size < whole;
    error = message_copy(message, size, &transfer->pieces);
    if (error == 0) {
        error = take_rights(message, transfer);
    }
    if ((transfer->flags & MSG_PEEK) == 0) {
        message_drop(socket, message);
        tell_sender(socket);
    }
    if (error != 0) {
        return error;
    }
    return (int64_t)((transfer->flags & MSG_TRUNC) != 0 ? whole : size);
}

int64_t socket_receive(struct file *file, struct socket_transfer *transfer)
{
    struct socket *socket = socket_of(file);
    uint64_t deadline =
        socket_deadline(file, transfer->flags, socket->options.receive_time);

    if (socket_is_stream(socket)) {
        return (transfer->flags & MSG_OOB) != 0
                   ? -EINVAL
                   : receive_stream(socket, transfer, deadline);
    }
    if (socket->type == SOCK_SEQPACKET && !socket->has_peer) {
        return -ENOTCONN;
    }
    return (transfer->flags & MSG_OOB) != 0
               ? -EOPNOTSUPP
               : receive_packet(socket, transfer, deadline);
}
