/* The memory calls: arguments checked in Linux's order, then handed to the
 * address space. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/mman.h"
#include "kernel/file_table.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define ALL_MAY (AREA_MAY_READ | AREA_MAY_WRITE | AREA_MAY_EXEC)

static_assert(PROT_READ == AREA_READ && PROT_WRITE == AREA_WRITE &&
                  PROT_EXEC == AREA_EXEC,
              "rights have the same values");

static struct aspace *current_aspace(void)
{
    return process_current()->aspace;
}

int64_t sys_brk(uaddr_t wanted)
{
    return (int64_t)aspace_brk(current_aspace(), wanted);
}

static unsigned placement_of(int flags)
{
    unsigned placement = 0;

    placement |= (flags & MAP_FIXED) != 0 ? ASPACE_FIXED : 0;
    placement |= (flags & MAP_FIXED_NOREPLACE) != 0
                     ? ASPACE_FIXED | ASPACE_NOREPLACE
                     : 0;
    placement |= (flags & MAP_32BIT) != 0 ? ASPACE_BELOW_2G : 0;
    placement |= (flags & MAP_POPULATE) != 0 ? ASPACE_POPULATE : 0;
    return placement;
}

static uint32_t area_flags_of(int prot, int flags)
{
    uint32_t area = (uint32_t)prot & AREA_RIGHTS;

    area |= ALL_MAY;
    area |= (flags & MAP_GROWSDOWN) != 0 ? AREA_GROWSDOWN : 0;
    area |= (flags & MAP_NORESERVE) != 0 ? AREA_NORESERVE : 0;
    bool is_private = (flags & MAP_TYPE) == MAP_PRIVATE;
    if (!is_private) {
        area |= AREA_SHARED;
    } else if ((prot & PROT_WRITE) != 0 && (flags & MAP_NORESERVE) == 0) {
        area |= AREA_ACCOUNT;
    }
    return area;
}

/* The kind of mapping, against the file that it is of: 0 or -EXXX. */
static int check_type(int prot, int flags, const struct file *file)
{
    int type = flags & MAP_TYPE;

    if (type != MAP_PRIVATE && type != MAP_SHARED &&
        !(type == MAP_SHARED_VALIDATE && file != NULL)) {
        return -EINVAL;
    }
    if (file == NULL) {
        return 0;
    }
    if (type != MAP_PRIVATE && (prot & PROT_WRITE) != 0) {
        return -EACCES; /* no file can be written */
    }
    bool is_regular = (file->inode->mode & S_IFMT) == S_IFREG;
    return is_regular && file->inode->data != NULL ? 0 : -ENODEV;
}

static int64_t map(uaddr_t address, uint64_t length, int prot, int flags,
                   struct file *file, uint64_t file_page)
{
    if (length == 0) {
        return -EINVAL;
    }
    length = align_up(length, PAGE_SIZE);
    if (length == 0) {
        return -ENOMEM;
    }
    if (file_page + (length >> PAGE_SHIFT) < file_page) {
        return -EOVERFLOW;
    }
    int error = check_type(prot, flags, file);
    if (error != 0) {
        return error;
    }
    struct aspace_request request = {
        .address = address,
        .length = length,
        .area_flags = area_flags_of(prot, flags),
        .placement = placement_of(flags),
        .file = file,
        .file_page = file_page,
    };
    if (file != NULL && (flags & MAP_TYPE) != MAP_PRIVATE) {
        request.area_flags &= ~AREA_MAY_WRITE;
    }
    return aspace_map(current_aspace(), &request);
}

int64_t sys_mmap(uaddr_t address, uint64_t length, int prot, int flags, int fd,
                 uint64_t offset)
{
    if (!is_aligned(offset, PAGE_SIZE)) {
        return -EINVAL;
    }
    struct file *file = NULL;
    if ((flags & MAP_ANONYMOUS) == 0) {
        file = file_table_find(process_current(), fd);
        if (file == NULL) {
            return -EBADF;
        }
    }
    return map(address, length, prot, flags, file, offset >> PAGE_SHIFT);
}

int64_t sys_mmap2_32(uaddr_t address, uint64_t length, int prot, int flags,
                     int fd, uint32_t page_offset)
{
    return sys_mmap(address, length, prot, flags, fd,
                    (uint64_t)page_offset << PAGE_SHIFT);
}

/* The arguments of i386's first mmap, which takes them in memory. */
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
    return sys_mmap(a.address, a.length, a.prot, a.flags, a.fd, a.offset);
}

int64_t sys_munmap(uaddr_t address, uint64_t length)
{
    return aspace_unmap(current_aspace(), address, length);
}

int64_t sys_mprotect(uaddr_t address, uint64_t length, int prot)
{
    if ((prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) != 0) {
        return -EINVAL;
    }
    return aspace_protect(current_aspace(), address, length, (uint32_t)prot);
}

int64_t sys_madvise(uaddr_t address, uint64_t length, int advice)
{
    uaddr_t end = address + align_up(length, PAGE_SIZE);

    if (advice != MADV_DONTNEED || !is_aligned(address, PAGE_SIZE) ||
        end < address) {
        return -EINVAL;
    }
    aspace_discard(current_aspace(), address, MIN(end, current_aspace()->end));
    return 0;
}
