/* The door of x86-64: `syscall`. Arguments are in RDI, RSI, RDX, R10, R8 and
 * R9. */
#include "kernel/abi/fcntl.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/thread.h"

#include "door_64.h"

const char *syscall_name_64(uint64_t number)
{
    return number < table.count ? table.names[number] : NULL;
}

NOINLINE static int64_t call_traced(struct trap_frame *frame, uint64_t number)
{
    const struct syscall_traced traced = {
        .door = SYSCALL_DOOR_64,
        .table = &table,
        .number = number,
        .stack = frame->rsp,
        .arguments = {frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8,
                      frame->r9},
    };

    return syscall_call_traced(&traced, frame);
}

void syscall_dispatch_64(struct trap_frame *frame)
{
    uint64_t number = (uint32_t)frame->error; /* the low half, as Linux */

    frame->error = number;
    frame->rax =
        (uint64_t)(syscall_is_traced ? call_traced(frame, number)
                                     : syscall_call(&table, number, frame));
    if (thread_current()->has_signal) {
        signal_deliver(frame);
        frame->vector = VECTOR_NONE;
    }
}
