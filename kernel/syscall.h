/* System calls: one implementation behind both doors.
 *
 * kernel/syscall/calls.tbl has each call in a line: its numbers, its function
 * and the kinds of its arguments. sys_* take decoded arguments and answer a
 * result or -EXXX. Addresses are the program's; structures that differ between
 * the two doors have one function each, with the suffix _32.
 *
 * The room owns nothing but the option `trace=`: each sys_* checks in Linux's
 * order, copies in and out, and calls the room whose subject it is. So it uses
 * them all but report/. Read calls.tbl first, then kernel/syscall/syscall_64.c.
 */
#pragma once

#include "kernel/lib.h"
#include "kernel/x86.h"

/* What the entries call (kernel/x86/syscall_entry.asm): FRAME is the program's
 * registers, and holds the answer then. Its vector stays VECTOR_SYSCALL when
 * nothing but rax has changed. */
void syscall_dispatch_64(struct trap_frame *frame);
void syscall_dispatch_32(struct trap_frame *frame);

/* Reads the option `trace=`. */
void syscall_trace_init(void);

/* Whose ids: kernel/syscall/sys_identity.c */
enum identity {
    IDENTITY_USER,
    IDENTITY_GROUP,
};

/* How a program's time is laid out: kernel/syscall/timeout.h. */
enum time_layout {
    TIMESPEC_64,
    TIMESPEC_64_OF_32, /* i386's: half of the nanoseconds is padding */
    TIMESPEC_32,
    TIMEVAL_64,
    TIMEVAL_32,
};

/* The entries of a directory: getdents64's, or those of the old getdents. */
enum dirent_layout {
    DIRENT_64,
    DIRENT_OLD,
    DIRENT_OLD_32,
};

/* Which of Linux's three structures tells of a file system. */
enum statfs_layout {
    STATFS_64,
    STATFS_64_OF_32,
    STATFS_OLD,
};

/* Whose structures a program has where they differ: x86-64's or i386's. */
enum word_size {
    WORDS_64,
    WORDS_32,
};

/* The caller's. */
struct ids *identity_ids(enum identity which);

/* May the caller set COUNT groups? 0 or -EXXX. Then it sets them. */
int identity_check_groups(int count);
void identity_set_groups(const uint32_t *groups, unsigned count);

/* An id of 16 bits as one of 32: kernel/syscall/sys_identity_16.c */
uint32_t identity_widen(uint32_t id);

/* The functions of kernel/syscall/calls.tbl: sys_*. */
#include "calls.h"
