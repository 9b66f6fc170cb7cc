/* The door of x86-64: `syscall`. Arguments are in RDI, RSI, RDX, R10, R8 and
 * R9. */
#include "kernel/abi/fcntl.h"
#include "kernel/process/process.h"
#include "kernel/process/signal.h"
#include "kernel/syscall/syscall.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/thread/schedule.h"

#include "door_64.h"

const char *syscall_name_64(uint64_t number)
{
    return number < ARRAY_COUNT(names) ? names[number] : NULL;
}

void syscall_dispatch_64(struct trap_frame *frame)
{
    uint64_t number = (uint32_t)frame->error; /* the low half, as Linux */

    frame->error = number;
    frame->rax =
        (uint64_t)(number < ARRAY_COUNT(functions) ? functions[number](frame)
                                                   : call_missing(frame));
    if (syscall_is_traced) {
        syscall_trace(SYSCALL_DOOR_64, frame);
    }
    if (thread_current()->has_signal) {
        signal_deliver(frame);
        frame->vector = VECTOR_NONE;
    }
}
