/* What the two doors share. */
#pragma once

#include "kernel/x86/trap_frame.h"

enum syscall_door {
    SYSCALL_DOOR_64, /* syscall: x86-64 numbers */
    SYSCALL_DOOR_32, /* int 0x80: i386 numbers */
    SYSCALL_DOORS,
};

/* The name of a call, or NULL for a number that Linux does not know. */
const char *syscall_name_64(uint64_t number);
const char *syscall_name_32(uint64_t number);

/* -ENOSYS; the first time, the log says which call is missing. */
int64_t syscall_unknown(enum syscall_door door, uint64_t number);

/* Was `trace=` given? With `syscalls` each call ends with a line in the log,
 * with `why` each memory call that was refused, and by which rule. */
extern bool syscall_is_traced;
void syscall_trace(enum syscall_door door, const struct trap_frame *frame);
