/* A socket, for the files that are about sockets. */
#pragma once

#include "kernel/file/socket.h"
#include "kernel/thread.h"
#include "mm/layout.h"

/* What is shut down; both of a stream that has ended. */
#define SOCKET_NO_RECEIVE BIT(0)
#define SOCKET_NO_SEND    BIT(1)

/* The longest packet, at the largest SO_SNDBUF. */
#define MESSAGE_PAGES     (2 * SOCKET_SIZE_MAX / PAGE_SIZE)
#define MESSAGE_OWN       (MESSAGE_PAGES * sizeof(char *))

/* Bytes at [start, end): in the message itself if it is small, else in pages.
 */
struct message {
    struct list node; /* of a socket's, or of those that are being freed */
    uint32_t start;
    uint32_t end;
    uint32_t charge;
    uint32_t page_count; /* 0: they are its own */
    struct socket_user user;
    struct socket_rights *rights; /* or NULL */
    union {
        char own[MESSAGE_OWN];
        char *pages[MESSAGE_PAGES];
    };
};

/* All that waits looks again at the socket itself. One CPU runs, and nothing
 * here gives it away but thread_wait. */
struct socket {
    struct inode inode;
    struct file *file; /* that is it; NULL: it is closed */
    int type;
    struct socket *peer; /* NULL: it is closed */
    bool has_peer;       /* or had one, and has not been told otherwise */
    unsigned shut;       /* SOCKET_NO_* */
    int error;           /* positive, for the next call; 0: none */
    struct socket_user maker;
    struct socket_options options;

    struct list messages; /* to be received, the first one first */
    uint32_t charge;      /* of all of them */
    struct wait_queue to_receive;
    struct wait_queue to_send;

    /* How often it travels, and with the others that do; and, for
     * socket_collect alone, how often for all that is known. */
    unsigned in_flight;
    unsigned unexplained;
    bool is_suspect;
    struct list flying;
};

extern const struct inode_operations socket_operations;

static inline struct socket *socket_of(const struct file *file)
{
    return list_entry(file->inode, struct socket, inode);
}

static inline bool socket_is_stream(const struct socket *socket)
{
    return socket->type == SOCK_STREAM;
}

/* What of what it has sent is not received yet. */
static inline uint32_t socket_sent(const struct socket *socket)
{
    return socket->peer != NULL ? socket->peer->charge : 0;
}

/* Is there so much room that whoever waits for it is woken? */
static inline bool socket_has_room(const struct socket *socket)
{
    return socket_sent(socket) * 4ull <= (uint32_t)socket->options.send_size;
}

/* Until when a call may wait, as socket_wait has it. */
uint64_t socket_deadline(const struct file *file, int flags, uint64_t time);

/* Returns 0, -EAGAIN at DEADLINE, -ERESTARTSYS, or -EINTR if there was one. */
int socket_wait(struct wait_queue *queue, uint64_t deadline) MUST_CHECK;

/* The next SIZE bytes of FROM. *MESSAGE is in no list. Returns 0, -EFAULT or
 * -ENOBUFS. */
int message_create(struct pieces *from, size_t size, uint32_t charge,
                   struct message **message) MUST_CHECK;

/* Copies SIZE of its bytes, which there are. Returns 0 or -EFAULT. */
int message_copy(const struct message *message, size_t size,
                 struct pieces *to) MUST_CHECK;

static inline size_t message_size(const struct message *message)
{
    return message->end - message->start;
}

/* The first that SOCKET has to receive, or NULL. */
struct message *message_first(const struct socket *socket);

/* Takes MESSAGE out of what SOCKET has to receive and frees it; and all. */
void message_drop(struct socket *socket, struct message *message);
void message_drop_all(struct socket *socket);

/* Frees MESSAGE, which is in no list. */
void message_free(struct message *message);

/* Frees later what SOCKET has to receive; now; is that going on? */
void message_condemn_all(struct socket *socket);
void message_free_condemned(void);
bool message_is_freeing(void);

/* RIGHTS begin to travel, and have arrived. */
void socket_rights_depart(const struct socket_rights *rights);
void socket_rights_arrive(const struct socket_rights *rights);
unsigned socket_rights_travelling(void);

/* A socket has ended: looks for lost ones, but the more files travel the more
 * seldom. */
void socket_note_end(void);

/* How often FILE lies in what SOCKET has to receive. */
unsigned socket_rights_count(const struct socket *socket,
                             const struct file *file);

/* The same files once more, or NULL when there is no memory. */
struct socket_rights *
socket_rights_copy(const struct socket_rights *rights) MUST_CHECK;
