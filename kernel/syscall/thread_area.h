/* Descriptors of thread-local storage, as i386 programs give them. */
#pragma once

#include "kernel/lib.h"

/* Reads the struct user_desc at ADDRESS, which says which descriptor it is: its
 * number from 0 on, and the descriptor. Returns 0, -EFAULT or -EINVAL. */
int thread_area_read(uaddr_t address, unsigned *index,
                     uint64_t *descriptor) MUST_CHECK;
