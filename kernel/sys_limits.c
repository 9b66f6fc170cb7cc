/* Limits: Linux's defaults, which can be asked for. */
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define MEMLOCK_LIMIT (8 * MIB)

static struct rlimit64 limit_of(int resource)
{
    struct rlimit64 limit = {RLIM64_INFINITY, RLIM64_INFINITY};

    switch (resource) {
    case RLIMIT_STACK:
        limit.current = STACK_LIMIT;
        break;
    case RLIMIT_CORE:
        limit.current = 0;
        break;
    case RLIMIT_NOFILE:
        limit.current = PROCESS_FILES_MAX;
        limit.maximum = PROCESS_FILES_MAX;
        break;
    case RLIMIT_MEMLOCK:
        limit.current = MEMLOCK_LIMIT;
        limit.maximum = MEMLOCK_LIMIT;
        break;
    default:
        break;
    }
    return limit;
}

static bool is_resource(int resource)
{
    return resource >= 0 && resource < RLIMIT_COUNT;
}

int64_t sys_getrlimit(int resource, uaddr_t to)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    struct rlimit64 limit = limit_of(resource);
    return copy_to_user(to, &limit, sizeof(limit));
}

static uint32_t clamp(uint64_t value)
{
    return value > RLIM32_INFINITY ? RLIM32_INFINITY : (uint32_t)value;
}

int64_t sys_getrlimit_32(int resource, uaddr_t to)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    struct rlimit64 limit = limit_of(resource);
    struct rlimit32 narrow = {clamp(limit.current), clamp(limit.maximum)};
    return copy_to_user(to, &narrow, sizeof(narrow));
}

int64_t sys_prlimit64(int pid, int resource, uaddr_t wanted, uaddr_t old)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    if (pid != 0 && process_find(pid) == NULL) {
        return -ESRCH;
    }
    if (wanted != 0) {
        return -EPERM; /* the limits are fixed */
    }
    return old != 0 ? sys_getrlimit(resource, old) : 0;
}
