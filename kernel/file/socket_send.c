/* Sending by sockets. */
#include "kernel/abi/errno.h"
#include "kernel/abi/unistd.h"
#include "kernel/file/pipe.h"
#include "kernel/file/socket_priv.h"
#include "kernel/lib.h"

/* What Linux's buffers cost (6.1's sk_buff): a header, and what kmalloc gives
 * for the bytes and the list of pages behind them. */
#define BUFFER_HEADER   256
#define BUFFER_END      320
#define BUFFER_LEAST    512
#define BUFFER_ALIGN    64

/* The bytes that are not in pages of their own: of a stream what a page holds,
 * of a packet what four do. */
#define STREAM_LINEAR   (PAGE_SIZE - BUFFER_END)
#define PACKET_LINEAR   (4 * PAGE_SIZE - BUFFER_END)

/* What a stream cuts its bytes into, and a packet's pages. */
#define STREAM_PIECE    (STREAM_LINEAR + 32 * KIB)
#define PACKET_PAGES    17ull

/* A message leaves so much of SO_SNDBUF; a piece of a stream is no longer than
 * half of it, without as much. */
#define PACKET_RESERVED 32
#define STREAM_RESERVED 64

static uint32_t charge_of(const struct socket *socket, size_t size)
{
    size_t linear = socket_is_stream(socket) ? STREAM_LINEAR : PACKET_LINEAR;
    size_t most = socket_is_stream(socket) ? size : PACKET_PAGES * PAGE_SIZE;
    size_t paged =
        size > linear ? align_up(MIN(size - linear, most), PAGE_SIZE) : 0;
    size_t bytes = size - MIN(paged, size);
    size_t block = BUFFER_LEAST;

    while (block < align_up(bytes, BUFFER_ALIGN) + BUFFER_END) {
        block *= 2;
    }
    return (uint32_t)(block + BUFFER_HEADER + paged);
}

/* The sender of what nobody has asked that for. */
static const struct socket_user nobody = {
    .uid = ID_OVERFLOW,
    .gid = ID_OVERFLOW,
};

/* Waits until SOCKET may send. Returns 0 or -EXXX. */
static int wait_for_room(struct socket *socket, uint64_t deadline)
{
    for (;;) {
        if (socket->error != 0) {
            return -socket_take_error(socket->file);
        }
        if ((socket->shut & SOCKET_NO_SEND) != 0) {
            return -EPIPE;
        }
        if (socket_sent(socket) < (uint32_t)socket->options.send_size) {
            return 0;
        }
        int error = socket_wait(&socket->to_send, deadline);
        if (error != 0) {
            return error;
        }
    }
}

static bool asks_for_users(const struct socket *socket)
{
    return (socket->options.is_set & BIT(SO_PASSCRED)) != 0;
}

/* The next SIZE bytes, and the files, as a message for SOCKET's peer. */
static int make(const struct socket *socket, struct socket_transfer *transfer,
                size_t size, struct message **message)
{
    const struct socket_rights *rights = transfer->rights;

    if (rights != NULL && socket_rights_travelling() > transfer->rights_limit) {
        return -ETOOMANYREFS;
    }
    int error = message_create(&transfer->pieces, size, charge_of(socket, size),
                               message);
    if (error != 0) {
        return error;
    }
    if (transfer->names_user || asks_for_users(socket) ||
        (socket->peer != NULL && asks_for_users(socket->peer))) {
        (*message)->user = transfer->user;
    } else {
        (*message)->user = nobody;
    }
    (*message)->rights = transfer->rights;
    transfer->rights = NULL;
    if (rights != NULL) {
        socket_rights_depart(rights);
    }
    return 0;
}

static void deliver(struct socket *to, struct message *message)
{
    list_append(&to->messages, &message->node);
    to->charge += message->charge;
    thread_wake_all(&to->to_receive);
}

/* Sends a piece of a stream. Returns 0 or -EXXX. */
static int send_piece(struct socket *socket, struct socket_transfer *transfer,
                      uint64_t deadline)
{
    size_t half = (size_t)socket->options.send_size / 2 - STREAM_RESERVED;
    size_t most = MIN(half, (size_t)STREAM_PIECE);
    size_t size = MIN(transfer->pieces.total, most);
    struct message *message;

    int error = wait_for_room(socket, deadline);
    if (error == 0) {
        error = make(socket, transfer, size, &message);
    }
    if (error == 0) {
        deliver(socket->peer, message);
    }
    return error;
}

static int64_t send_stream(struct socket *socket,
                           struct socket_transfer *transfer, uint64_t deadline)
{
    size_t total = transfer->pieces.total;
    size_t left = total;
    int error = 0;

    if ((socket->shut & SOCKET_NO_SEND) != 0) {
        if ((transfer->flags & MSG_NOSIGNAL) == 0) {
            file_broken_pipe();
        }
        return -EPIPE;
    }
    while (error == 0 && left > 0) {
        error = send_piece(socket, transfer, deadline);
        left = error == 0 ? transfer->pieces.total : left;
    }
    return left < total ? (int64_t)(total - left) : error;
}

/* Nobody can receive what SOCKET sends: it is told so once. */
static int refuse_packet(struct socket *socket)
{
    if (socket->type == SOCK_SEQPACKET) {
        return -EPIPE;
    }
    socket->has_peer = false;
    message_drop_all(socket);
    return -ECONNREFUSED;
}

static int64_t send_packet(struct socket *socket,
                           struct socket_transfer *transfer, uint64_t deadline)
{
    size_t size = transfer->pieces.total;
    struct message *message;

    if (socket->type == SOCK_SEQPACKET && socket->error != 0) {
        return -socket_take_error(socket->file);
    }
    if (!socket->has_peer) {
        return -ENOTCONN;
    }
    if (size > (size_t)(socket->options.send_size - PACKET_RESERVED)) {
        return -EMSGSIZE;
    }
    int error = wait_for_room(socket, deadline);
    if (error == 0) {
        error = make(socket, transfer, size, &message);
    }
    if (error != 0) {
        return error;
    }
    if (socket->peer != NULL && (socket->peer->shut & SOCKET_NO_RECEIVE) == 0) {
        deliver(socket->peer, message);
        return (int64_t)size;
    }
    message_free(message);
    return socket->peer == NULL ? refuse_packet(socket) : -EPIPE;
}

int64_t socket_send(struct file *file, struct socket_transfer *transfer)
{
    struct socket *socket = socket_of(file);
    uint64_t deadline =
        socket_deadline(file, transfer->flags, socket->options.send_time);

    if ((transfer->flags & MSG_OOB) != 0) {
        return -EOPNOTSUPP;
    }
    return socket_is_stream(socket) ? send_stream(socket, transfer, deadline)
                                    : send_packet(socket, transfer, deadline);
}
