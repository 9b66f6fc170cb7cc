/* Sockets of AF_UNIX without names, as socketpair makes them: two that are each
 * other's peer, with bytes (SOCK_STREAM) or packets (SOCK_DGRAM,
 * SOCK_SEQPACKET) between them, and open files that travel with those.
 *
 * What was sent lies in the receiver's list until it is received. It costs its
 * sender what it would cost on Linux, so as much fits in as there.
 *
 * An open file that travels has a reference more. Sockets that are held by
 * nothing but messages which nobody can receive any more are found by
 * socket_collect.
 */
#pragma once

#include "kernel/abi/socket.h"
#include "kernel/file/file.h"
#include "kernel/file/pieces.h"

/* Who has sent something, or made a socket. */
struct socket_user {
    int pid;
    uint32_t uid;
    uint32_t gid;
};

/* Open files that travel: each with a reference. A frame of its own. */
struct socket_rights {
    unsigned count;
    struct file *files[SCM_MAX_FD];
};

/* A message on its way between a program and a socket. */
struct socket_transfer {
    struct pieces pieces;
    int flags; /* MSG_* that the call has */

    /* Sent, or received: its sender, and the open files with it or NULL.
     * Whoever has the transfer frees what is still there. */
    struct socket_user user;
    bool names_user; /* the program said who sends */
    struct socket_rights *rights;
    unsigned rights_limit; /* how many files may travel at once */

    bool is_cut; /* a packet was longer than its pieces */
};

struct socket_options {
    uint32_t is_set; /* BIT(SO_*) of those that are yes or no */
    int send_size;
    int receive_size;
    int receive_least;
    uint64_t receive_time; /* in nanoseconds; 0: without end */
    uint64_t send_time;
};

#define SOCKET_SIZE_MAX 212992 /* net.core.wmem_max and rmem_max */

/* Two of TYPE, one of SOCK_*, with O_NONBLOCK of FLAGS, and one reference each.
 * Returns 0 or -ENFILE. */
int socket_create_pair(int type, int flags, const struct socket_user *user,
                       struct file *files[2]) MUST_CHECK;

bool socket_is(const struct file *file);

/* Send or receive a message by FILE, a socket, which is held. Return how many
 * bytes, or -EXXX. */
int64_t socket_send(struct file *file,
                    struct socket_transfer *transfer) MUST_CHECK;
int64_t socket_receive(struct file *file,
                       struct socket_transfer *transfer) MUST_CHECK;

/* HOW is one of SHUT_*: any other is -EINVAL. */
int socket_shut_down(struct file *file, int how) MUST_CHECK;

int socket_type(const struct file *file);
bool socket_has_peer(const struct file *file);
struct socket_options *socket_options(const struct file *file);
/* Who made it, and so its peer. */
struct socket_user socket_maker(const struct file *file);
/* Its error, as a positive number, which is gone then; 0: none. */
int socket_take_error(const struct file *file);

/* No files yet, or NULL when there is no memory. */
struct socket_rights *socket_rights_create(void) MUST_CHECK;
/* With all of its files; RIGHTS may be NULL. */
void socket_rights_free(struct socket_rights *rights);

/* Ends sockets that nobody can reach any more. */
void socket_collect(void);

/* For tests: how often FILE travels. */
unsigned socket_count_travelling(const struct file *file);

/* Of those above, who know processes: the running one. */
struct socket_user socket_caller(void);
