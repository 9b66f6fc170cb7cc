/* The door of i386: `int 0x80`, of a 32-bit or a 64-bit program. Arguments are
 * the low halves of RBX, RCX, RDX, RSI, RDI and RBP, whatever the program is.
 */
#include "kernel/abi/fcntl.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/thread.h"
#include "kernel/x86.h"

#include "door_32.h"

const char *syscall_name_32(uint64_t number)
{
    return number < table.count ? table.names[number] : NULL;
}

NOINLINE static int64_t call_traced(struct trap_frame *frame, uint64_t number)
{
    const struct syscall_traced traced = {
        .door = SYSCALL_DOOR_32,
        .table = &table,
        .number = number,
        .stack = frame->rsp,
        .arguments = {(uint32_t)frame->rbx, (uint32_t)frame->rcx,
                      (uint32_t)frame->rdx, (uint32_t)frame->rsi,
                      (uint32_t)frame->rdi, (uint32_t)frame->rbp},
    };

    return syscall_call_traced(&traced, frame);
}

void syscall_dispatch_32(struct trap_frame *frame)
{
    uint64_t number = (uint32_t)frame->error;

    cpu_user_access_end();
    frame->error = number;
    int64_t result = syscall_is_traced ? call_traced(frame, number)
                                       : syscall_call(&table, number, frame);
    /* A 32-bit program has no upper half; a 64-bit one gets the sign too. */
    frame->rax = process_current()->is_32 ? (uint32_t)result : (uint64_t)result;
    if (thread_current()->has_signal) {
        signal_deliver(frame);
    }
}
