/* New processes and threads: clone, by its three calls. */
#include "kernel/abi/errno.h"
#include "kernel/abi/sched.h"
#include "kernel/abi/signal.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/thread_area.h"
#include "mm/user_copy.h"

/* Namespaces and descriptors of processes, which Brix has not. */
#define FLAGS_UNKNOWN                                                          \
    (CLONE_PIDFD | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |              \
     CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |              \
     CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP)

/* What the threads of a process have together here. */
#define FLAGS_OF_THREAD (CLONE_SIGHAND | CLONE_FILES | CLONE_FS)

/* Do all of WANTED stand in FLAGS? */
static bool has_all(uint64_t flags, uint64_t wanted)
{
    return (flags & wanted) == wanted;
}

/* Linux's rules (copy_process), and what Brix has of it all. */
static int check_flags(uint64_t flags)
{
    bool is_of_first = process_current()->pid == PROCESS_FIRST_PID;

    if ((flags & FLAGS_UNKNOWN) != 0 ||
        ((flags & CLONE_THREAD) != 0 && !has_all(flags, FLAGS_OF_THREAD)) ||
        ((flags & CLONE_SIGHAND) != 0 && (flags & CLONE_VM) == 0) ||
        ((flags & CLONE_PARENT) != 0 && is_of_first)) {
        return -EINVAL;
    }
    return 0;
}

/* TLS is as a call of 32 bits has it, or of 64. */
static int take_tls(struct clone_request *request, uaddr_t tls, bool is_32)
{
    if ((request->flags & CLONE_SETTLS) == 0) {
        return 0;
    }
    if (is_32) {
        request->tls.is_descriptor = true;
        return thread_area_read(tls, &request->tls.index, &request->tls.value);
    }
    request->tls.value = tls;
    return tls < USER_END_64 ? 0 : -EPERM;
}

static int64_t clone(const struct trap_frame *frame,
                     struct clone_request request, uaddr_t tls, bool is_32)
{
    int error = check_flags(request.flags);

    if (error == 0) {
        error = take_tls(&request, tls, is_32);
    }
    return error != 0 ? error : process_clone(frame, &request);
}

/* The signal in the flags of clone. As on Linux, one that there is not is
 * none. */
static int signal_in(uint64_t flags)
{
    int signal = (int)(flags & CSIGNAL);

    return signal <= SIGNAL_MAX ? signal : 0;
}

int64_t sys_fork(struct trap_frame *frame)
{
    const struct clone_request request = {.exit_signal = SIGCHLD};

    return process_clone(frame, &request);
}

int64_t sys_vfork(struct trap_frame *frame)
{
    const struct clone_request request = {
        .flags = CLONE_VM | CLONE_VFORK,
        .exit_signal = SIGCHLD,
    };
    return process_clone(frame, &request);
}

int64_t sys_clone(struct trap_frame *frame, uint64_t flags, uaddr_t stack,
                  uaddr_t parent_tid, uaddr_t child_tid, uaddr_t tls)
{
    const struct clone_request request = {
        .flags = (uint32_t)flags & ~(uint64_t)CSIGNAL,
        .exit_signal = signal_in(flags),
        .stack = stack,
        .parent_tid = parent_tid,
        .child_tid = child_tid,
    };
    return clone(frame, request, tls, false);
}

int64_t sys_clone_32(struct trap_frame *frame, uint64_t flags, uaddr_t stack,
                     uaddr_t parent_tid, uaddr_t tls, uaddr_t child_tid)
{
    const struct clone_request request = {
        .flags = flags & ~(uint64_t)CSIGNAL,
        .exit_signal = signal_in(flags),
        .stack = stack,
        .parent_tid = parent_tid,
        .child_tid = child_tid,
    };
    return clone(frame, request, tls, true);
}

/* Copies clone3's structure of SIZE bytes, of which Brix may know fewer: the
 * others have to be 0. */
static int copy_args(struct clone_args *args, uaddr_t from, uint64_t size)
{
    *args = (struct clone_args){0};
    if (size > PAGE_SIZE) {
        return -E2BIG;
    }
    if (size < CLONE_ARGS_SIZE_MIN) {
        return -EINVAL;
    }
    for (uint64_t at = sizeof(*args); at < size; at++) {
        uint8_t more;
        if (copy_from_user(&more, from + at, sizeof(more)) != 0) {
            return -EFAULT;
        }
        if (more != 0) {
            return -E2BIG;
        }
    }
    return copy_from_user(args, from, MIN(size, sizeof(*args)));
}

/* Linux's clone3_args_valid; who wants a number of their own can't have it. */
static bool is_valid(const struct clone_args *args)
{
    const uint64_t known = UINT32_MAX | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP;
    const uint64_t refused = CLONE_DETACHED | CSIGNAL;
    bool has_own_end = (args->flags & (CLONE_THREAD | CLONE_PARENT)) == 0;

    return args->exit_signal <= SIGNAL_MAX && args->set_tid == 0 &&
           args->set_tid_size == 0 && (args->flags & ~known) == 0 &&
           (args->flags & refused) == 0 &&
           (args->exit_signal == 0 || has_own_end) &&
           (args->stack == 0) == (args->stack_size == 0) &&
           is_user_range(args->stack, args->stack_size);
}

int64_t sys_clone3(struct trap_frame *frame, uaddr_t from, uint64_t size)
{
    struct clone_args args;
    int error = copy_args(&args, from, size);

    if (error != 0) {
        return error;
    }
    if (!is_valid(&args)) {
        return -EINVAL;
    }
    const struct clone_request request = {
        .flags = args.flags,
        .exit_signal = (int)args.exit_signal,
        .stack = args.stack + args.stack_size,
        .parent_tid = args.parent_tid,
        .child_tid = args.child_tid,
    };
    bool is_32 = frame->vector == VECTOR_INT80;
    return clone(frame, request, args.tls, is_32);
}
