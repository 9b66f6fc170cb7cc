/* epoll (include/uapi/linux/eventpoll.h). */
#pragma once

#include <assert.h>
#include <stdint.h>

#define EPOLL_CTL_ADD  1
#define EPOLL_CTL_DEL  2
#define EPOLL_CTL_MOD  3

/* Of events, beside those of poll. */
#define EPOLLEXCLUSIVE 0x10000000u
#define EPOLLWAKEUP    0x20000000u
#define EPOLLONESHOT   0x40000000u
#define EPOLLET        0x80000000u

struct linux_epoll_event {
    uint32_t events;
    uint64_t data;
} __attribute__((packed));

static_assert(sizeof(struct linux_epoll_event) == 12, "x86's struct");
