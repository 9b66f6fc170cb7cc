/* i386's first mmap, of which mmap2 is what it became. */
#include "kernel/abi/errno.h"
#include "kernel/syscall.h"
#include "mm/aspace.h"
#include "mm/user_copy.h"

/* Its arguments, which it takes in memory. */
struct old_mmap {
    uint32_t address;
    uint32_t length;
    int32_t prot;
    int32_t flags;
    int32_t fd;
    uint32_t offset;
};

static_assert(sizeof(struct old_mmap) == 24, "Linux's mmap_arg_struct32");

int64_t sys_old_mmap_32(uaddr_t arguments)
{
    struct old_mmap a;

    if (copy_from_user(&a, arguments, sizeof(a)) != 0) {
        return -EFAULT;
    }
    if (!is_aligned(a.offset, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "the offset is no multiple of 4096");
    }
    return sys_mmap2_32(a.address, a.length, a.prot, a.flags, a.fd,
                        a.offset >> PAGE_SHIFT);
}
