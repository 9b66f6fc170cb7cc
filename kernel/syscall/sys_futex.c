/* futex, and the lists of robust ones. */
#include "kernel/abi/errno.h"
#include "kernel/abi/futex.h"
#include "kernel/abi/time.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/clock_time.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

/* The arguments of a call. DATA is a time, or COUNT. */
struct call {
    uaddr_t address;
    int operation; /* with its flags */
    uint32_t value;
    uaddr_t data;
    uaddr_t address_2;
    uint32_t value_3;
};

static int command_of(const struct call *call)
{
    return call->operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
}

static bool has_time(const struct call *call)
{
    switch (command_of(call)) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_WAIT_REQUEUE_PI:
        return call->data != 0;
    default:
        return false;
    }
}

static struct futex futex_at(const struct call *call, uaddr_t address)
{
    return (struct futex){
        .address = address,
        .is_shared = (call->operation & FUTEX_PRIVATE_FLAG) == 0,
    };
}

/* When TIME of CALL is over. FUTEX_WAIT's alone begins now. */
static uint64_t deadline_of(const struct call *call,
                            const struct kernel_timespec *time)
{
    int clock = (call->operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME
                                                              : CLOCK_MONOTONIC;

    return command_of(call) == FUTEX_WAIT ? clock_deadline_in(time)
                                          : clock_deadline_at(clock, time);
}

static int64_t wait_again(struct restart *restart);

/* With a deadline the call goes on behind a signal as if nothing had been,
 * unless a handler has run: that is told. */
static int64_t wait(const struct call *call, uint32_t bits, uint64_t deadline)
{
    const struct futex futex = futex_at(call, call->address);
    int64_t result = futex_wait(futex, call->value, bits, deadline);

    if (result != -ERESTARTSYS || deadline == FUTEX_NO_DEADLINE) {
        return result;
    }
    thread_current()->restart = (struct restart){
        .resume = wait_again,
        .deadline = deadline,
        .address = call->address,
        .number = (int)call->value,
        .flags = call->operation,
        .bits = bits,
    };
    return -ERESTARTBLOCK;
}

static int64_t wait_again(struct restart *restart)
{
    const struct call call = {
        .address = restart->address,
        .operation = restart->flags,
        .value = (uint32_t)restart->number,
    };
    return wait(&call, restart->bits, restart->deadline);
}

static int64_t requeue(const struct call *call, bool compares)
{
    const struct futex_move move = {
        .from = futex_at(call, call->address),
        .to = futex_at(call, call->address_2),
        .wake = (int)call->value,
        .move = (int)(uint32_t)call->data,
        .compares = compares,
        .expected = call->value_3,
    };
    return futex_requeue(&move);
}

static int64_t operate(const struct call *call, uint64_t deadline)
{
    const struct futex futex = futex_at(call, call->address);
    const int command = command_of(call);

    if ((call->operation & FUTEX_CLOCK_REALTIME) != 0 &&
        command != FUTEX_WAIT_BITSET) {
        return -ENOSYS;
    }
    switch (command) {
    case FUTEX_WAIT:
        return wait(call, FUTEX_BITSET_MATCH_ANY, deadline);
    case FUTEX_WAIT_BITSET:
        return wait(call, call->value_3, deadline);
    case FUTEX_WAKE:
        return futex_wake(futex, (int)call->value, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
        return futex_wake(futex, (int)call->value, call->value_3);
    case FUTEX_REQUEUE:
        return requeue(call, false);
    case FUTEX_CMP_REQUEUE:
        return requeue(call, true);
    case FUTEX_WAKE_OP:
        return futex_wake_op(futex, futex_at(call, call->address_2),
                             (int)call->value, (int)(uint32_t)call->data,
                             call->value_3);
    default: /* those with priority inheritance are not there */
        return -ENOSYS;
    }
}

/* READ takes the time as the door has it. */
static int64_t futex(const struct call *call,
                     int (*read)(uaddr_t, struct kernel_timespec *))
{
    struct kernel_timespec time;

    if (!has_time(call)) {
        return operate(call, FUTEX_NO_DEADLINE);
    }
    int error = read(call->data, &time);
    if (error != 0) {
        return error;
    }
    return clock_time_is_valid(&time) ? operate(call, deadline_of(call, &time))
                                      : -EINVAL;
}

int64_t sys_futex(uaddr_t address, int operation, uint32_t value, uaddr_t data,
                  uaddr_t address_2, uint32_t value_3)
{
    const struct call call = {address, operation, value,
                              data,    address_2, value_3};
    return futex(&call, clock_time_read);
}

int64_t sys_futex_32(uaddr_t address, int operation, uint32_t value,
                     uaddr_t data, uaddr_t address_2, uint32_t value_3)
{
    const struct call call = {address, operation, value,
                              data,    address_2, value_3};
    return futex(&call, clock_time_read_32);
}

int64_t sys_futex_time64_32(uaddr_t address, int operation, uint32_t value,
                            uaddr_t data, uaddr_t address_2, uint32_t value_3)
{
    const struct call call = {address, operation, value,
                              data,    address_2, value_3};
    return futex(&call, clock_time_read_padded);
}

int64_t sys_set_robust_list(uaddr_t head, uint64_t size)
{
    if (size != sizeof(struct robust_list_head_64)) {
        return -EINVAL;
    }
    thread_current()->robust_list = head;
    return 0;
}

int64_t sys_set_robust_list_32(uaddr_t head, uint64_t size)
{
    if (size != sizeof(struct robust_list_head_32)) {
        return -EINVAL;
    }
    thread_current()->robust_list_32 = head;
    return 0;
}

/* The thread with TID, whose memory the caller may look at. */
static int find_thread(int tid, struct thread **thread)
{
    const struct process *caller = process_current();

    *thread = tid == 0 ? thread_current() : thread_find(tid);
    if (*thread == NULL) {
        return -ESRCH;
    }
    bool is_open =
        (*thread)->process == caller ||
        credentials_are_privileged(&caller->credentials) ||
        signal_may_send(&caller->credentials, &(*thread)->process->credentials);
    return is_open ? 0 : -EPERM;
}

static int64_t answer(uaddr_t to, uint64_t value, size_t width)
{
    return copy_to_user(to, &value, width);
}

int64_t sys_get_robust_list(int tid, uaddr_t head, uaddr_t size)
{
    struct thread *thread;
    const size_t width = sizeof(uint64_t);
    int64_t error = find_thread(tid, &thread);

    if (error == 0) {
        error = answer(size, sizeof(struct robust_list_head_64), width);
    }
    return error != 0 ? error : answer(head, thread->robust_list, width);
}

int64_t sys_get_robust_list_32(int tid, uaddr_t head, uaddr_t size)
{
    struct thread *thread;
    const size_t width = sizeof(uint32_t);
    int64_t error = find_thread(tid, &thread);

    if (error == 0) {
        error = answer(size, sizeof(struct robust_list_head_32), width);
    }
    return error != 0 ? error : answer(head, thread->robust_list_32, width);
}
