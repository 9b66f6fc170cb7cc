/* readv and writev: the pieces, of x86-64 and of i386. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define UIO_MAXIOV 1024

/* Of preadv2 and pwritev2. */
#define RWF_HIPRI  0x1u
#define RWF_DSYNC  0x2u
#define RWF_SYNC   0x4u
#define RWF_NOWAIT 0x8u
#define RWF_APPEND 0x10u

struct linux_iovec {
    uint64_t iov_base;
    uint64_t iov_len;
};

struct linux_iovec_32 {
    uint32_t iov_base;
    uint32_t iov_len;
};

static_assert(sizeof(struct linux_iovec) == 16, "x86-64's struct iovec");
static_assert(sizeof(struct linux_iovec_32) == 8, "i386's struct iovec");
