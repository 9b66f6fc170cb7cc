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
    return number < ARRAY_COUNT(names) ? names[number] : NULL;
}

static int64_t call(struct trap_frame *frame, uint64_t number)
{
    return number < ARRAY_COUNT(functions) ? functions[number](frame)
                                           : call_missing(frame);
}

NOINLINE static int64_t call_traced(struct trap_frame *frame, uint64_t number)
{
    const struct syscall_traced traced = {
        .door = SYSCALL_DOOR_64,
        .number = number,
        .arguments = {frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8,
                      frame->r9},
        .keeps = number < ARRAY_COUNT(keeps) ? keeps[number] : NULL,
    };

    syscall_trace_begin(&traced);
    int64_t result = call(frame, number);
    syscall_trace_end(&traced, result);
    return result;
}

void syscall_dispatch_64(struct trap_frame *frame)
{
    uint64_t number = (uint32_t)frame->error; /* the low half, as Linux */

    frame->error = number;
    frame->rax = (uint64_t)(syscall_is_traced ? call_traced(frame, number)
                                              : call(frame, number));
    if (thread_current()->has_signal) {
        signal_deliver(frame);
        frame->vector = VECTOR_NONE;
    }
}
