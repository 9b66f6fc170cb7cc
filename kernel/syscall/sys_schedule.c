/* Policies and priorities, as Linux checks, keeps and tells them, and which CPU
 * it is. Whose turn it is does not depend on them. */
#include "kernel/syscall/sys_schedule.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/timeout.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

/* Linux's turns, in nanoseconds: of SCHED_RR, and of one who runs alone. */
#define TURN_OF_RR    100000000u
#define TURN_OF_OTHER 4000000u

/* What sched_setattr takes; the policy that there is, or its numbers, stay. */
#define KEEP_FLAGS    (SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS)
#define KNOWN_FLAGS                                                            \
    (SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN |   \
     KEEP_FLAGS)

static bool is_realtime(int policy)
{
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool is_other(int policy)
{
    return policy == SCHED_NORMAL || policy == SCHED_BATCH;
}

bool priority_is_own(const struct thread *thread)
{
    const struct credentials *own = &process_current()->credentials;
    const struct ids *theirs = &thread->process->credentials.user;

    return credentials_are_privileged(own) ||
           own->user.effective == theirs->real ||
           own->user.effective == theirs->effective;
}

/* The thread with TID, the running one for 0; NULL: there is none. */
static struct thread *find(int tid)
{
    struct thread *thread = tid != 0 ? thread_find(tid) : thread_current();

    return thread != NULL && thread->state != THREAD_ENDED ? thread : NULL;
}

/* Is WANTED one that there can be? */
static bool is_valid(const struct thread_priority *wanted)
{
    bool is_policy = is_realtime(wanted->policy) || is_other(wanted->policy) ||
                     wanted->policy == SCHED_IDLE;

    return is_policy && wanted->realtime >= 0 &&
           wanted->realtime <= SCHED_PRIORITY_MAX &&
           is_realtime(wanted->policy) == (wanted->realtime != 0);
}

/* May a program without privileges make THREAD's priority WANTED? */
static bool is_open(const struct thread *thread,
                    const struct thread_priority *wanted)
{
    const struct thread_priority *now = &thread->priority;
    uint64_t limit = thread->process->limits[RLIMIT_RTPRIO].current;

    if (is_other(wanted->policy) && wanted->nice < now->nice &&
        !priority_may_be(thread, wanted->nice)) {
        return false;
    }
    if (is_realtime(wanted->policy) &&
        ((wanted->policy != now->policy && limit == 0) ||
         (wanted->realtime > now->realtime &&
          (uint64_t)wanted->realtime > limit))) {
        return false;
    }
    if (now->policy == SCHED_IDLE && wanted->policy != SCHED_IDLE &&
        !priority_may_be(thread, now->nice)) {
        return false;
    }
    return priority_is_own(thread) &&
           (!now->is_reset_on_fork || wanted->is_reset_on_fork);
}

static int64_t set(struct thread *thread, const struct thread_priority *wanted)
{
    if (!is_valid(wanted)) {
        return -EINVAL;
    }
    if (!credentials_are_privileged(&process_current()->credentials) &&
        !is_open(thread, wanted)) {
        return -EPERM;
    }
    thread->priority = *wanted;
    return 0;
}

/* The thread with TID, and the priority among those of real time that lies at
 * FROM. */
static int read_realtime(int tid, uaddr_t from, struct thread **thread,
                         int *realtime)
{
    if (copy_from_user(realtime, from, sizeof(*realtime)) != 0) {
        return -EFAULT;
    }
    *thread = find(tid);
    return *thread != NULL ? 0 : -ESRCH;
}

int64_t sys_sched_setscheduler(int tid, int policy, uaddr_t from)
{
    struct thread *thread;
    int realtime;

    if (policy < 0 || from == 0 || tid < 0) {
        return -EINVAL;
    }
    int error = read_realtime(tid, from, &thread, &realtime);
    if (error != 0) {
        return error;
    }
    const struct thread_priority wanted = {
        .policy = policy & ~SCHED_RESET_ON_FORK,
        .realtime = realtime,
        .nice = thread->priority.nice,
        .is_reset_on_fork = (policy & SCHED_RESET_ON_FORK) != 0,
    };
    return set(thread, &wanted);
}

int64_t sys_sched_setparam(int tid, uaddr_t from)
{
    struct thread *thread;
    int realtime;

    if (from == 0 || tid < 0) {
        return -EINVAL;
    }
    int error = read_realtime(tid, from, &thread, &realtime);
    if (error != 0) {
        return error;
    }
    struct thread_priority wanted = thread->priority;
    wanted.realtime = realtime;
    return set(thread, &wanted);
}

int64_t sys_sched_getscheduler(int tid)
{
    const struct thread *thread = tid < 0 ? NULL : find(tid);

    if (thread == NULL) {
        return tid < 0 ? -EINVAL : -ESRCH;
    }
    const struct thread_priority *priority = &thread->priority;
    return priority->policy |
           (priority->is_reset_on_fork ? SCHED_RESET_ON_FORK : 0);
}

int64_t sys_sched_getparam(int tid, uaddr_t to)
{
    if (to == 0 || tid < 0) {
        return -EINVAL;
    }
    const struct thread *thread = find(tid);
    if (thread == NULL) {
        return -ESRCH;
    }
    return copy_to_user(to, &thread->priority.realtime,
                        sizeof(thread->priority.realtime));
}

static int64_t refuse_size(uaddr_t from)
{
    const uint32_t size = sizeof(struct sched_attr);

    (void)!copy_to_user(from, &size, sizeof(size));
    return -E2BIG;
}

/* Is all that a newer program has behind our structure zero? */
static int check_rest(uaddr_t from, uint32_t size)
{
    uint8_t byte = 0;

    for (uint32_t i = sizeof(struct sched_attr); i < size; i++) {
        if (copy_from_user(&byte, from + i, sizeof(byte)) != 0) {
            return -EFAULT;
        }
        if (byte != 0) {
            return -E2BIG;
        }
    }
    return 0;
}

static int64_t read_attr(uaddr_t from, struct sched_attr *attr)
{
    uint32_t size;

    memset(attr, 0, sizeof(*attr));
    if (copy_from_user(&size, from, sizeof(size)) != 0) {
        return -EFAULT;
    }
    size = size == 0 ? SCHED_ATTR_SIZE_MIN : size;
    if (size < SCHED_ATTR_SIZE_MIN || size > PAGE_SIZE) {
        return refuse_size(from);
    }
    int error = check_rest(from, size);
    if (error != 0) {
        return error == -E2BIG ? refuse_size(from) : error;
    }
    return copy_from_user(attr, from, MIN((size_t)size, sizeof(*attr)));
}

int64_t sys_sched_setattr(int tid, uaddr_t from, unsigned flags)
{
    struct sched_attr attr;

    if (from == 0 || tid < 0 || flags != 0) {
        return -EINVAL;
    }
    int64_t error = read_attr(from, &attr);
    if (error != 0) {
        return error;
    }
    if ((int)attr.policy < 0) {
        return -EINVAL;
    }
    struct thread *thread = find(tid);
    if (thread == NULL) {
        return -ESRCH;
    }
    if ((attr.flags & ~(uint64_t)KNOWN_FLAGS) != 0) {
        return -EINVAL;
    }
    struct thread_priority wanted = thread->priority;
    if ((attr.flags & SCHED_FLAG_KEEP_POLICY) == 0) {
        wanted.policy = (int)attr.policy;
        wanted.is_reset_on_fork = (attr.flags & SCHED_FLAG_RESET_ON_FORK) != 0;
    }
    if ((attr.flags & SCHED_FLAG_KEEP_PARAMS) == 0) {
        wanted.realtime = (int)MIN(attr.priority, (uint32_t)INT32_MAX);
        wanted.nice = is_other(wanted.policy)
                          ? MIN(MAX(attr.nice, NICE_MIN), NICE_MAX)
                          : wanted.nice;
    }
    return set(thread, &wanted);
}

int64_t sys_sched_getattr(int tid, uaddr_t to, unsigned size, unsigned flags)
{
    if (to == 0 || tid < 0 || size > PAGE_SIZE || size < SCHED_ATTR_SIZE_MIN ||
        flags != 0) {
        return -EINVAL;
    }
    const struct thread *thread = find(tid);
    if (thread == NULL) {
        return -ESRCH;
    }
    const struct thread_priority *priority = &thread->priority;
    bool has_nice = !is_realtime(priority->policy);
    const struct sched_attr attr = {
        .size = MIN(size, (unsigned)sizeof(attr)),
        .policy = (uint32_t)priority->policy,
        .flags = priority->is_reset_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0,
        .nice = has_nice ? priority->nice : 0,
        .priority = (uint32_t)priority->realtime,
    };
    return copy_to_user(to, &attr, attr.size);
}

/* The highest and the lowest priority of POLICY. */
int64_t sys_sched_get_priority_max(int policy)
{
    if (is_realtime(policy)) {
        return SCHED_PRIORITY_MAX;
    }
    bool is_policy =
        is_other(policy) || policy == SCHED_IDLE || policy == SCHED_DEADLINE;
    return is_policy ? 0 : -EINVAL;
}

int64_t sys_sched_get_priority_min(int policy)
{
    int64_t highest = sys_sched_get_priority_max(policy);

    return highest > 0 ? 1 : highest;
}

int64_t sys_sched_rr_get_interval(int tid, uaddr_t to, enum time_layout layout)
{
    if (tid < 0) {
        return -EINVAL;
    }
    const struct thread *thread = find(tid);
    if (thread == NULL) {
        return -ESRCH;
    }
    int policy = thread->priority.policy;
    uint64_t turn = policy == SCHED_RR ? TURN_OF_RR : TURN_OF_OTHER;
    return time_put(to, layout, policy == SCHED_FIFO ? 0 : turn);
}

/* One CPU, whatever the machine has. A program takes the mask of CPUs by words
 * of WIDTH bytes. */
static int64_t get_affinity(int tid, uint32_t size, uaddr_t to, size_t width)
{
    const uint64_t mask = 1;
    size_t given = MIN((size_t)size, sizeof(mask));

    if (size == 0 || size % width != 0) {
        return -EINVAL;
    }
    if (find(tid) == NULL) {
        return -ESRCH;
    }
    return copy_to_user(to, &mask, given) != 0 ? -EFAULT : (int64_t)given;
}

int64_t sys_sched_getaffinity(int tid, uint32_t size, uaddr_t to)
{
    return get_affinity(tid, size, to, sizeof(uint64_t));
}

int64_t sys_sched_getaffinity_32(int tid, uint32_t size, uaddr_t to)
{
    return get_affinity(tid, size, to, sizeof(uint32_t));
}

int64_t sys_sched_setaffinity(int tid, uint32_t size, uaddr_t from)
{
    uint64_t mask = 0;

    if (copy_from_user(&mask, from, MIN((size_t)size, sizeof(mask))) != 0) {
        return -EFAULT;
    }
    const struct thread *thread = find(tid);
    if (thread == NULL) {
        return -ESRCH;
    }
    if (!priority_is_own(thread)) {
        return -EPERM;
    }
    return (mask & 1) != 0 ? 0 : -EINVAL;
}

/* CPU 0, on node 0. */
int64_t sys_getcpu(uaddr_t cpu, uaddr_t node)
{
    const uint32_t zero = 0;

    if (cpu != 0 && copy_to_user(cpu, &zero, sizeof(zero)) != 0) {
        return -EFAULT;
    }
    return node != 0 ? copy_to_user(node, &zero, sizeof(zero)) : 0;
}
