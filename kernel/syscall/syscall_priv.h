/* What the two doors share. */
#pragma once

#include "kernel/x86.h"

#define SYSCALL_ARGUMENTS 6

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

/* What a record keeps of the memory that an argument points at: calls.tbl. What
 * has IN in its name is kept before the call, what has OUT behind it, if it was
 * no error; the others before. */
enum syscall_keep {
    KEEP_NOTHING,
    KEEP_IN, /* `size` bytes */
    KEEP_OUT,
    KEEP_IN_OUT,
    KEEP_STRING,
    KEEP_STRINGS,   /* pointers to strings, up to 0 */
    KEEP_BYTES,     /* as many as the next argument says */
    KEEP_BYTES_OUT, /* as many as the result says, and of them those shown */
    KEEP_ALL_OUT,   /* as many as the result says */
    KEEP_VECTOR,    /* a pointer and a size, and what they say */
    KEEP_VECTORS,   /* as many as the next argument says */
    KEEP_VECTORS_IN_OUT,
    KEEP_EACH,        /* `size` bytes each, as many as the last argument says */
    KEEP_EACH_OUT,    /* as many as the result says */
    KEEP_LIST_IN_OUT, /* as many as the next argument says */
    KEEP_PAGES_OUT,   /* a byte for each page of the last argument's bytes */
    KEEP_BITS_IN_OUT, /* in words, as many bits as the first argument says */
    KEEP_TIMEOUT,     /* `size` bytes, where the futex operation has one */
    KEEP_STACK,       /* 8 bytes, `size` times 8 above where the stack begins */
};

struct syscall_argument {
    uint8_t keep; /* enum syscall_keep */
    uint8_t size;
};

struct syscall_keeps {
    uint8_t before,
        behind; /* bit N: argument N has something to be kept then */
    struct syscall_argument arguments[SYSCALL_ARGUMENTS];
};

typedef int64_t syscall_function(struct trap_frame *frame);

/* The calls of a door: by their numbers, below COUNT. */
struct syscall_table {
    uint64_t count;
    syscall_function *const *functions;
    syscall_function *missing; /* what has none */
    const struct syscall_keeps *keeps;
    const char *const *names; /* NULL where Linux has no call, either */
};

static ALWAYS_INLINE int64_t syscall_call(const struct syscall_table *table,
                                          uint64_t number,
                                          struct trap_frame *frame)
{
    return number < table->count ? table->functions[number](frame)
                                 : table->missing(frame);
}

/* A call that is traced. */
struct syscall_traced {
    enum syscall_door door;
    const struct syscall_table *table;
    uint64_t number;
    uaddr_t stack;
    uint64_t arguments[SYSCALL_ARGUMENTS];
};

/* Was `trace=` given? With `syscalls` each call ends with a line in the log,
 * with `why` each memory call that was refused, and by which rule; with
 * `record` there is an event before the call and one behind it. */
extern bool syscall_is_traced;

/* The call's answer to FRAME, with what is said of it. */
int64_t syscall_call_traced(const struct syscall_traced *traced,
                            struct trap_frame *frame);

/* The same, while there is a record. */
int64_t syscall_record_call(const struct syscall_traced *traced,
                            struct trap_frame *frame);
