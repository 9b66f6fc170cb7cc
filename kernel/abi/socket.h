/* Sockets (include/linux/socket.h and uapi/asm-generic/socket.h), with the
 * structures of both word sizes. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define AF_UNIX             1
#define AF_MAX              46

#define SOCK_STREAM         1
#define SOCK_DGRAM          2
#define SOCK_RAW            3 /* of AF_UNIX another name for SOCK_DGRAM */
#define SOCK_SEQPACKET      5
#define SOCK_MAX            11
#define SOCK_TYPE_MASK      0xf

#define SHUT_RD             0
#define SHUT_WR             1
#define SHUT_RDWR           2

#define MSG_OOB             0x1
#define MSG_PEEK            0x2
#define MSG_CTRUNC          0x8
#define MSG_TRUNC           0x20
#define MSG_DONTWAIT        0x40
#define MSG_WAITALL         0x100
#define MSG_NOSIGNAL        0x4000
#define MSG_CMSG_CLOEXEC    0x40000000
#define MSG_CMSG_COMPAT     0x80000000u /* the kernel's own */

#define SOL_SOCKET          1
#define SO_DEBUG            1
#define SO_REUSEADDR        2
#define SO_TYPE             3
#define SO_ERROR            4
#define SO_DONTROUTE        5
#define SO_BROADCAST        6
#define SO_SNDBUF           7
#define SO_RCVBUF           8
#define SO_KEEPALIVE        9
#define SO_OOBINLINE        10
#define SO_REUSEPORT        15
#define SO_PASSCRED         16
#define SO_PEERCRED         17
#define SO_RCVLOWAT         18
#define SO_SNDLOWAT         19
#define SO_RCVTIMEO         20
#define SO_SNDTIMEO         21
#define SO_ACCEPTCONN       30
#define SO_PROTOCOL         38
#define SO_DOMAIN           39

#define SCM_RIGHTS          1
#define SCM_CREDENTIALS     2
#define SCM_MAX_FD          253

/* The longest address that any family has. */
#define SOCKET_ADDRESS_MAX  128
/* One of AF_UNIX: its family, and a path. */
#define UNIX_ADDRESS_MAX    110
#define UNIX_ADDRESS_FAMILY 2

/* What a program may say beside a message: net.core.optmem_max. */
#define SOCKET_CONTROL_MAX  20480

struct linux_ucred {
    int32_t pid;
    uint32_t uid, gid;
};

struct linux_msghdr {
    uint64_t name;
    int32_t name_size;
    uint32_t padding;
    uint64_t vectors;
    uint64_t vector_count;
    uint64_t control;
    uint64_t control_size;
    uint32_t flags;
    uint32_t padding_2;
};
static_assert(sizeof(struct linux_msghdr) == 56, "x86-64's struct msghdr");

struct linux_msghdr_32 {
    uint32_t name;
    int32_t name_size;
    uint32_t vectors;
    uint32_t vector_count;
    uint32_t control;
    uint32_t control_size;
    uint32_t flags;
};
static_assert(sizeof(struct linux_msghdr_32) == 28, "i386's struct msghdr");

struct linux_cmsghdr {
    uint64_t size;
    int32_t level;
    int32_t type;
};
static_assert(sizeof(struct linux_cmsghdr) == 16, "x86-64's struct cmsghdr");

struct linux_cmsghdr_32 {
    uint32_t size;
    int32_t level;
    int32_t type;
};
static_assert(sizeof(struct linux_cmsghdr_32) == 12, "i386's struct cmsghdr");

/* socketcall's calls. */
#define SOCKETCALL_SOCKET      1
#define SOCKETCALL_GETSOCKNAME 6
#define SOCKETCALL_GETPEERNAME 7
#define SOCKETCALL_SOCKETPAIR  8
#define SOCKETCALL_SEND        9
#define SOCKETCALL_RECV        10
#define SOCKETCALL_SENDTO      11
#define SOCKETCALL_RECVFROM    12
#define SOCKETCALL_SHUTDOWN    13
#define SOCKETCALL_SETSOCKOPT  14
#define SOCKETCALL_GETSOCKOPT  15
#define SOCKETCALL_SENDMSG     16
#define SOCKETCALL_RECVMSG     17
#define SOCKETCALL_MAX         20
