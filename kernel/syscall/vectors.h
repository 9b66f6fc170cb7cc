/* A program's array of pieces, of either word size. */
#pragma once

#include "kernel/abi/uio.h"
#include "kernel/lib.h"

/* Reads the piece at INDEX. Returns 0 or -EFAULT. */
typedef int vector_fetch(uaddr_t vectors, size_t index,
                         struct linux_iovec *vector);

vector_fetch vector_fetch_64;
vector_fetch vector_fetch_32;

/* Looks at all pieces, before the first is moved. *TOTAL becomes what they
 * hold, as much as a call moves. Returns 0, -EFAULT or -EINVAL. */
int vectors_check(vector_fetch *fetch, uaddr_t vectors, size_t count,
                  uint64_t *total) MUST_CHECK;
