/* readv and writev: the pieces, of x86-64 and of i386. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define UIO_MAXIOV 1024

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
