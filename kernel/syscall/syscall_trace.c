/* What the log says about system calls: missing ones once, and each one when
 * they are traced. */
#include "kernel/abi/errno.h"
#include "kernel/base.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/syscall_priv.h"

/* Numbers that are remembered as said. */
#define NUMBERS_MAX 512

#define RESULT_SIZE 32

bool syscall_is_traced;
static enum option_trace trace;

void syscall_trace_init(void)
{
    trace = (enum option_trace)option_choice(OPTION_TRACE);
    syscall_is_traced = record_is_on || trace == OPTION_TRACE_SYSCALLS ||
                        trace == OPTION_TRACE_WHY;
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

/* A number as a program's author knows it: -EINVAL, or hexadecimal. */
static void format_result(char *text, size_t size, int64_t result)
{
    if (result < 0 && result >= -MAX_ERRNO) {
        snprintf(text, size, "-%s", errno_name((int)-result));
    } else {
        snprintf(text, size, "0x%llx", (unsigned long long)result);
    }
}

NOINLINE static void log_call(const struct syscall_traced *traced,
                              int64_t result)
{
    const uint64_t *arguments = traced->arguments;
    char text[RESULT_SIZE];

    const char *rule = aspace_take_refusal();
    if (trace == OPTION_TRACE_WHY && rule == NULL) {
        return;
    }
    format_result(text, sizeof(text),
                  traced->door == SYSCALL_DOOR_64 ? result : (int32_t)result);
    log_info("%d %s: %s(0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx) = "
             "%s%s%s",
             process_current()->pid, door_name(traced->door),
             name_of(traced->door, traced->number),
             (unsigned long long)arguments[0], (unsigned long long)arguments[1],
             (unsigned long long)arguments[2], (unsigned long long)arguments[3],
             (unsigned long long)arguments[4], (unsigned long long)arguments[5],
             text, rule != NULL ? ": " : "", rule != NULL ? rule : "");
}

static int64_t logged_call(const struct syscall_traced *traced,
                           struct trap_frame *frame)
{
    int64_t result = syscall_call(traced->table, traced->number, frame);

    log_call(traced, result);
    return result;
}

int64_t syscall_call_traced(const struct syscall_traced *traced,
                            struct trap_frame *frame)
{
    /* A fault can have left one, and a call whose thread was killed. */
    (void)aspace_take_refusal();
    return record_is_on ? syscall_record_call(traced, frame)
                        : logged_call(traced, frame);
}
