/* Copies from and to the running program's memory.
 *
 * But for the FPU's state (kernel/x86/fpu.h), the only way by which the kernel
 * touches a program's addresses. A bad address is an error, at whatever byte it
 * comes; untouched memory is given as on any other touch.
 */
#pragma once

#include "mm/layout.h"

/* Can [start, start + size) be a program's at all? */
static inline bool is_user_range(uaddr_t start, uint64_t size)
{
    return start <= USER_END_64 && size <= USER_END_64 - start;
}

/* Copy SIZE bytes. Return 0, or -EFAULT when not all could be copied. */
int copy_from_user(void *to, uaddr_t from, size_t size) MUST_CHECK;
int copy_to_user(uaddr_t to, const void *from, size_t size) MUST_CHECK;

/* The same, but return how many bytes were copied. */
size_t copy_from_user_partly(void *to, uaddr_t from, size_t size) MUST_CHECK;
size_t copy_to_user_partly(uaddr_t to, const void *from,
                           size_t size) MUST_CHECK;

/* Copies a string with its zero byte into TO, SIZE bytes. Returns its length,
 * -EFAULT, or -ENAMETOOLONG when it does not fit. */
int64_t copy_string_from_user(char *to, uaddr_t from, size_t size) MUST_CHECK;

/* Makes SIZE bytes zero. Returns 0 or -EFAULT. */
int clear_user(uaddr_t to, size_t size) MUST_CHECK;
