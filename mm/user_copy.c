/* Copies from and to programs, by instructions that may fault. */
#include "mm/user_copy.h"

#include "kernel/abi/errno.h"
#include "kernel/x86.h"

/* Copies by words, then by bytes; when a word faults, its bytes are tried one
 * by one, so that all that can be copied is. Returns how many bytes are left.
 */
static ALWAYS_INLINE size_t raw_copy(void *to, const void *from, size_t size)
{
    size_t left = size / 8;
    size_t tail = size % 8;

    cpu_user_access_begin();
    __asm__ volatile("1: rep movsq\n"
                     "2: leaq (%[tail], %%rcx, 8), %%rcx\n"
                     "3: rep movsb\n"
                     "4:\n" FIXUP("1b", "2b") FIXUP("3b", "4b")
                     : "+D"(to), "+S"(from), "+c"(left)
                     : [tail] "r"(tail)
                     : "memory");
    cpu_user_access_end();
    return left;
}

size_t copy_from_user_partly(void *to, uaddr_t from, size_t size)
{
    if (!is_user_range(from, size)) {
        return 0;
    }
    return size - raw_copy(to, (const void *)from, size);
}

size_t copy_to_user_partly(uaddr_t to, const void *from, size_t size)
{
    if (!is_user_range(to, size)) {
        return 0;
    }
    return size - raw_copy((void *)to, from, size);
}

int copy_from_user(void *to, uaddr_t from, size_t size)
{
    return copy_from_user_partly(to, from, size) == size ? 0 : -EFAULT;
}

int copy_to_user(uaddr_t to, const void *from, size_t size)
{
    return copy_to_user_partly(to, from, size) == size ? 0 : -EFAULT;
}

int64_t copy_string_from_user(char *to, uaddr_t from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (copy_from_user(&to[i], from + i, 1) != 0) {
            return -EFAULT;
        }
        if (to[i] == '\0') {
            return (int64_t)i;
        }
    }
    return -ENAMETOOLONG;
}

int clear_user(uaddr_t to, size_t size)
{
    size_t left = size;

    if (!is_user_range(to, size)) {
        return -EFAULT;
    }
    cpu_user_access_begin();
    __asm__ volatile("1: rep stosb\n"
                     "2:\n" FIXUP("1b", "2b")
                     : "+D"(to), "+c"(left)
                     : "a"(0)
                     : "memory");
    cpu_user_access_end();
    return left == 0 ? 0 : -EFAULT;
}
