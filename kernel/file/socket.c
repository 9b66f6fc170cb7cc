/* Sockets: how they begin and end, and what they are as files. */
#include "kernel/file/socket.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/termios.h"
#include "kernel/base.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/poll.h"
#include "kernel/file/socket_priv.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

#define NAME        "socket"
#define PERMISSIONS 0777 /* as Linux gives them */

static struct object_cache cache = OBJECT_CACHE(cache, struct socket);

bool socket_is(const struct file *file)
{
    return file->inode->operations == &socket_operations;
}

int socket_type(const struct file *file)
{
    return socket_of(file)->type;
}

bool socket_has_peer(const struct file *file)
{
    return socket_of(file)->has_peer;
}

struct socket_options *socket_options(const struct file *file)
{
    return &socket_of(file)->options;
}

struct socket_user socket_maker(const struct file *file)
{
    return socket_of(file)->maker;
}

int socket_take_error(const struct file *file)
{
    struct socket *socket = socket_of(file);
    int error = socket->error;

    socket->error = 0;
    return error;
}

uint64_t socket_deadline(const struct file *file, int flags, uint64_t time)
{
    if ((file->flags & O_NONBLOCK) != 0 || (flags & MSG_DONTWAIT) != 0) {
        return 0;
    }
    uint64_t now = clock_nanoseconds();
    return time == 0 || time > TIMER_NEVER - now ? TIMER_NEVER : now + time;
}

int socket_wait(struct wait_queue *queue, uint64_t deadline)
{
    if (deadline == TIMER_NEVER) {
        return thread_wait(queue);
    }
    int error = deadline == 0 ? -ETIMEDOUT : thread_wait_until(queue, deadline);
    if (error == -ETIMEDOUT) {
        return -EAGAIN;
    }
    return error == -ERESTARTSYS ? -EINTR : error;
}

static struct socket *create(int type, const struct socket_user *user)
{
    struct socket *socket = object_alloc(&cache);

    if (socket == NULL) {
        return NULL;
    }
    socket->type = type;
    socket->maker = *user;
    socket->has_peer = true;
    socket->options = (struct socket_options){
        .send_size = SOCKET_SIZE_MAX,
        .receive_size = SOCKET_SIZE_MAX,
        .receive_least = 1,
    };
    list_init(&socket->messages);
    wait_queue_init(&socket->to_receive);
    wait_queue_init(&socket->to_send);
    socket->inode = (struct inode){
        .label = NAME,
        .number = inode_next_number(),
        .mode = S_IFSOCK | PERMISSIONS,
        .links = 1,
        .uid = user->uid,
        .gid = user->gid,
        .operations = &socket_operations,
    };
    return socket;
}

int socket_create_pair(int type, int flags, const struct socket_user *user,
                       struct file *files[2])
{
    struct socket *sockets[2] = {NULL, NULL};
    unsigned made = 0;

    for (; made < ARRAY_COUNT(sockets); made++) {
        struct socket *socket = create(type, user);
        if (socket == NULL) {
            break;
        }
        struct place place = {.inode = &socket->inode};
        files[made] = file_create(place, O_RDWR | (flags & O_NONBLOCK));
        if (files[made] == NULL) {
            object_free(&cache, socket);
            break;
        }
        socket->file = files[made];
        sockets[made] = socket;
    }
    if (made < ARRAY_COUNT(sockets)) {
        if (made > 0) {
            file_put(files[0]);
        }
        return -ENFILE;
    }
    sockets[0]->peer = sockets[1];
    sockets[1]->peer = sockets[0];
    return 0;
}

static void wake(struct socket *socket)
{
    thread_wake_all(&socket->to_receive);
    thread_wake_all(&socket->to_send);
}

int socket_shut_down(struct file *file, int how)
{
    static const unsigned ways[] = {
        [SHUT_RD] = SOCKET_NO_RECEIVE,
        [SHUT_WR] = SOCKET_NO_SEND,
        [SHUT_RDWR] = SOCKET_NO_RECEIVE | SOCKET_NO_SEND,
    };
    struct socket *socket = socket_of(file);
    struct socket *peer = socket->peer;

    if (how < 0 || how >= (int)ARRAY_COUNT(ways)) {
        return -EINVAL;
    }
    socket->shut |= ways[how];
    if (peer != NULL && peer->type != SOCK_DGRAM) {
        peer->shut |= how != SHUT_WR ? SOCKET_NO_SEND : 0;
        peer->shut |= how != SHUT_RD ? SOCKET_NO_RECEIVE : 0;
        wake(peer);
    }
    wake(socket);
    return 0;
}

/* The socket's own file has gone. */
static void end(struct socket *socket)
{
    struct socket *peer = socket->peer;

    if (peer != NULL) {
        peer->peer = NULL;
        if (peer->type != SOCK_DGRAM) {
            peer->shut = SOCKET_NO_RECEIVE | SOCKET_NO_SEND;
            peer->error = message_first(socket) != NULL ? ECONNRESET : 0;
        }
        wake(peer);
    }
    socket->peer = NULL;
    socket->file = NULL;
    message_drop_all(socket);
    socket_note_end();
}

static void socket_release(struct file *file)
{
    struct socket *socket = socket_of(file);

    if (socket->file == file) {
        end(socket);
    }
}

static void socket_end(struct inode *inode)
{
    object_free(&cache, list_entry(inode, struct socket, inode));
}

static int64_t socket_read_pieces(struct file *file, struct pieces *to)
{
    struct socket_transfer transfer = {.pieces = *to};
    int64_t count = socket_receive(file, &transfer);

    socket_rights_free(transfer.rights);
    return count;
}

static int64_t socket_write_pieces(struct file *file, struct pieces *from)
{
    struct socket_transfer transfer = {.pieces = *from,
                                       .user = socket_caller()};

    return socket_send(file, &transfer);
}

/* As in System V nothing is read of nothing. */
static int64_t socket_read(struct file *file, uint64_t offset, uaddr_t to,
                           size_t size)
{
    struct pieces pieces = pieces_of_one(to, size);

    (void)offset;
    return size > 0 ? socket_read_pieces(file, &pieces) : 0;
}

static int64_t socket_write(struct file *file, uint64_t offset, uaddr_t from,
                            size_t size)
{
    struct pieces pieces = pieces_of_one(from, size);

    (void)offset;
    return socket_write_pieces(file, &pieces);
}

static int64_t socket_take(struct file *file, uint64_t offset, const void *from,
                           size_t size)
{
    struct pieces pieces = pieces_of_kernel(from, size);

    (void)offset;
    return socket_write_pieces(file, &pieces);
}

/* How many bytes can be received: of datagrams, by the next call. */
static int bytes_to_receive(const struct socket *socket)
{
    size_t size = 0;

    list_for_each(node, &socket->messages)
    {
        size += message_size(list_entry(node, struct message, node));
        if (socket->type == SOCK_DGRAM) {
            break;
        }
    }
    return (int)size;
}

static int64_t socket_ioctl(struct file *file, unsigned command,
                            uaddr_t argument)
{
    const struct socket *socket = socket_of(file);
    int count;

    switch (command) {
    case FIONREAD:
        count = bytes_to_receive(socket);
        break;
    case TIOCOUTQ:
        count = (int)socket_sent(socket);
        break;
    default:
        return -ENOTTY;
    }
    return copy_to_user(argument, &count, sizeof(count));
}

static unsigned socket_poll(struct file *file, struct poll *poll)
{
    const struct socket *socket = socket_of(file);
    unsigned ready = 0;

    poll_watch(poll, file, &socket_of(file)->to_receive);
    poll_watch(poll, file, &socket_of(file)->to_send);
    ready |= socket->error != 0 ? POLLERR : 0;
    ready |= (socket->shut & SOCKET_NO_RECEIVE) != 0
                 ? POLLRDHUP | POLLIN | POLLRDNORM
                 : 0;
    ready |= socket->shut == (SOCKET_NO_RECEIVE | SOCKET_NO_SEND) ? POLLHUP : 0;
    ready |= message_first(socket) != NULL ? POLLIN | POLLRDNORM : 0;
    ready |= socket_has_room(socket) ? POLLOUT | POLLWRNORM | POLLWRBAND : 0;
    return ready;
}

unsigned socket_count_travelling(const struct file *file)
{
    unsigned count = 0;

    for (const struct file *f = NULL; (f = file_next(f)) != NULL;) {
        if (socket_is(f) && socket_of(f)->file == f) {
            count += socket_rights_count(socket_of(f), file);
        }
    }
    return count;
}

const struct inode_operations socket_operations = {
    .seek = INODE_SEEK_NONE,
    .may_open = inode_may_not_open,
    .read = socket_read,
    .write = socket_write,
    .read_pieces = socket_read_pieces,
    .write_pieces = socket_write_pieces,
    .take = socket_take,
    .ioctl = socket_ioctl,
    .poll = socket_poll,
    .release = socket_release,
    .end = socket_end,
};
