/* A program's buffer: one piece of memory, or several behind each other, as
 * readv and writev have them. */
#pragma once

#include "kernel/abi/uio.h"
#include "kernel/lib.h"

struct pieces {
    const char *kernel; /* instead of all below but sizes: the kernel's bytes */

    uaddr_t at;   /* what is left of the piece whose turn it is */
    size_t size;  /* of that */
    size_t total; /* of all that is left */

    /* The array, how it is laid out, which of it is next, and how many there
     * are. */
    uaddr_t vectors;
    int (*fetch)(uaddr_t vectors, size_t index, struct linux_iovec *vector);
    size_t next;
    size_t count;
};

static inline struct pieces pieces_of_one(uaddr_t at, size_t size)
{
    return (struct pieces){.at = at, .size = size, .total = size};
}

/* Bytes of the kernel's, to be taken as if a program wrote them. */
static inline struct pieces pieces_of_kernel(const void *bytes, size_t size)
{
    return (struct pieces){.kernel = bytes, .size = size, .total = size};
}

/* Copy SIZE bytes of it, of which there are as many, and go on behind them.
 * Return how many bytes were copied: fewer where memory or the array ends. */
size_t pieces_copy_from(void *to, struct pieces *from, size_t size);
size_t pieces_copy_to(struct pieces *to, const void *from, size_t size);
