/* Calls about memory that is mapped: advice, locking, residence. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

#define MCL_KNOWN    (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
#define RESIDENT_MAX 1024 /* pages that mincore answers at a time */

static struct aspace *current_aspace(void)
{
    return process_current()->aspace;
}

int64_t sys_madvise(uaddr_t address, uint64_t length, int advice)
{
    return aspace_advise(current_aspace(), address, length, advice);
}

int64_t sys_msync(uaddr_t address, uint64_t length, int flags)
{
    return aspace_sync(current_aspace(), address, length, flags);
}

int64_t sys_mlock(uaddr_t address, uint64_t length)
{
    return aspace_lock(current_aspace(), address, length, AREA_LOCKED);
}

int64_t sys_mlock2(uaddr_t address, uint64_t length, int flags)
{
    if ((flags & ~MLOCK_ONFAULT) != 0) {
        return aspace_refuse(-EINVAL, "an unknown flag");
    }
    uint32_t on_fault = flags != 0 ? AREA_LOCK_ON_FAULT : 0;
    return aspace_lock(current_aspace(), address, length,
                       AREA_LOCKED | on_fault);
}

int64_t sys_munlock(uaddr_t address, uint64_t length)
{
    return aspace_unlock(current_aspace(), address, length);
}

int64_t sys_mlockall(int flags)
{
    if (flags == 0 || (flags & ~MCL_KNOWN) != 0 || flags == MCL_ONFAULT) {
        return aspace_refuse(-EINVAL,
                             "no flag, an unknown one, or MCL_ONFAULT alone");
    }
    return aspace_lock_all(current_aspace(), flags);
}

int64_t sys_munlockall(void)
{
    return aspace_lock_all(current_aspace(), 0);
}

/* One piece of mincore: up to RESIDENT_MAX pages from ADDRESS. What comes
 * before a hole is answered all the same. */
static int64_t answer_piece(uaddr_t address, size_t pages, uaddr_t to)
{
    uint8_t answers[RESIDENT_MAX];
    size_t count = aspace_residence(current_aspace(), address, pages, answers);

    if (copy_to_user(to, answers, count) != 0) {
        return -EFAULT;
    }
    return count < pages ? -ENOMEM : 0;
}

/* Linux holds both addresses against the end of all programs, 64-bit ones too.
 */
int64_t sys_mincore(uaddr_t address, uint64_t length, uaddr_t to)
{
    uint64_t pages = (length >> PAGE_SHIFT) + !is_aligned(length, PAGE_SIZE);

    if (!is_aligned(address, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "the address is no multiple of 4096");
    }
    if (address > USER_END_64 || length > USER_END_64 - address) {
        return aspace_refuse(-ENOMEM, "the range leaves the address space");
    }
    if (to > USER_END_64 || pages > USER_END_64 - to) {
        return aspace_refuse(-EFAULT,
                             "the answer's place leaves the address space");
    }
    while (pages > 0) {
        size_t part = MIN(pages, (uint64_t)RESIDENT_MAX);
        int64_t error =
            thread_is_killed() ? -EINTR : answer_piece(address, part, to);
        if (error != 0) {
            return error;
        }
        address += part * PAGE_SIZE;
        to += part;
        pages -= part;
    }
    return 0;
}
