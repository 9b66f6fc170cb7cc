/* What the log says about system calls: missing ones once, and each one when
 * they are traced. */
#include "kernel/abi/errno.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/log.h"
#include "kernel/option.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall_priv.h"

/* Numbers that are remembered as said. */
#define NUMBERS_MAX 512

bool syscall_is_traced;

void syscall_trace_init(void)
{
    syscall_is_traced = option_choice(OPTION_TRACE) == OPTION_TRACE_SYSCALLS;
}

static const char *door_name(enum syscall_door door)
{
    return door == SYSCALL_DOOR_64 ? "syscall" : "int 0x80";
}

static const char *name_of(enum syscall_door door, uint64_t number)
{
    const char *name = door == SYSCALL_DOOR_64 ? syscall_name_64(number)
                                               : syscall_name_32(number);
    return name != NULL ? name : "unknown";
}

int64_t syscall_unknown(enum syscall_door door, uint64_t number)
{
    static uint64_t said[SYSCALL_DOORS][NUMBERS_MAX / 64];
    uint64_t slot = MIN(number, NUMBERS_MAX - 1ull);
    uint64_t *word = &said[door][slot / 64];

    if ((*word & BIT(slot % 64)) == 0) {
        *word |= BIT(slot % 64);
        log_warn("%s: call %llu (%s) is not there: -ENOSYS, said once",
                 door_name(door), (unsigned long long)number,
                 name_of(door, number));
    }
    return -ENOSYS;
}

void syscall_trace(enum syscall_door door, const struct trap_frame *f)
{
    bool is_64 = door == SYSCALL_DOOR_64;
    int64_t result = (int64_t)f->rax;

    log_info("%d %s: %s(0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx) = %s0x%llx",
             process_current()->pid, door_name(door), name_of(door, f->error),
             (unsigned long long)(is_64 ? f->rdi : f->rbx),
             (unsigned long long)(is_64 ? f->rsi : f->rcx),
             (unsigned long long)f->rdx,
             (unsigned long long)(is_64 ? f->r10 : f->rsi),
             (unsigned long long)(is_64 ? f->r8 : f->rdi),
             result < 0 ? "-" : "",
             (unsigned long long)(result < 0 ? -result : result));
}
