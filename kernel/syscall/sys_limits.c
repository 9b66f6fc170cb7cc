/* Limits of a process. */
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

static bool is_resource(int resource)
{
    return resource >= 0 && resource < RLIMIT_COUNT;
}

static int set_limit(struct process *process, int resource,
                     struct rlimit64 wanted)
{
    struct rlimit64 *limit = &process->limits[resource];

    if (wanted.current > wanted.maximum) {
        return -EINVAL;
    }
    bool is_raised = wanted.maximum > limit->maximum;
    if (is_raised && !credentials_are_privileged(&process->credentials)) {
        return -EPERM;
    }
    if (resource == RLIMIT_NOFILE && wanted.maximum > NOFILE_MAX) {
        return -EPERM;
    }
    *limit = wanted;
    limits_changed(process);
    return 0;
}

int64_t sys_getrlimit(int resource, uaddr_t to)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    return copy_to_user(to, &process_current()->limits[resource],
                        sizeof(struct rlimit64));
}

static uint32_t narrow(uint64_t value)
{
    return value > RLIM32_INFINITY ? RLIM32_INFINITY : (uint32_t)value;
}

static uint64_t widen(uint32_t value)
{
    return value == RLIM32_INFINITY ? RLIM64_INFINITY : value;
}

int64_t sys_getrlimit_32(int resource, uaddr_t to)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    const struct rlimit64 *limit = &process_current()->limits[resource];
    struct rlimit32 answer = {narrow(limit->current), narrow(limit->maximum)};
    return copy_to_user(to, &answer, sizeof(answer));
}

int64_t sys_old_getrlimit_32(int resource, uaddr_t to)
{
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    const struct rlimit64 *limit = &process_current()->limits[resource];
    struct rlimit32 answer = {
        (uint32_t)MIN(limit->current, (uint64_t)INT32_MAX),
        (uint32_t)MIN(limit->maximum, (uint64_t)INT32_MAX),
    };
    return copy_to_user(to, &answer, sizeof(answer));
}

int64_t sys_setrlimit(int resource, uaddr_t from)
{
    struct rlimit64 wanted;

    if (copy_from_user(&wanted, from, sizeof(wanted)) != 0) {
        return -EFAULT;
    }
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    return set_limit(process_current(), resource, wanted);
}

int64_t sys_setrlimit_32(int resource, uaddr_t from)
{
    struct rlimit32 wanted;

    if (copy_from_user(&wanted, from, sizeof(wanted)) != 0) {
        return -EFAULT;
    }
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    return set_limit(
        process_current(), resource,
        (struct rlimit64){widen(wanted.current), widen(wanted.maximum)});
}

int64_t sys_prlimit64(int pid, int resource, uaddr_t from, uaddr_t old)
{
    struct process *process = pid == 0 ? process_current() : process_find(pid);
    struct rlimit64 wanted;

    if (from != 0 && copy_from_user(&wanted, from, sizeof(wanted)) != 0) {
        return -EFAULT;
    }
    if (process == NULL) {
        return -ESRCH;
    }
    if (!is_resource(resource)) {
        return -EINVAL;
    }
    struct rlimit64 before = process->limits[resource];
    int error = from != 0 ? set_limit(process, resource, wanted) : 0;
    if (error != 0 || old == 0) {
        return error;
    }
    return copy_to_user(old, &before, sizeof(before));
}
