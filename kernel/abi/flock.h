/* flock, and the locks of fcntl (include/uapi/asm-generic/fcntl.h and
 * arch/x86/include/uapi/asm/posix_types_32.h). */
#pragma once

#include <assert.h>
#include <stdint.h>

/* flock. */
#define LOCK_SH      1
#define LOCK_EX      2
#define LOCK_NB      4
#define LOCK_UN      8
#define LOCK_MAND    32

/* fcntl's commands, three in a row each: to ask, to lock, and to wait for it.
 */
#define F_GETLK      5
#define F_SETLK      6
#define F_SETLKW     7
#define F_GETLK64    12 /* i386's */
#define F_SETLK64    13
#define F_SETLKW64   14
#define F_OFD_GETLK  36
#define F_OFD_SETLK  37
#define F_OFD_SETLKW 38

#define F_RDLCK      0
#define F_WRLCK      1
#define F_UNLCK      2

struct flock_64 {
    int16_t l_type;
    int16_t l_whence;
    int64_t l_start;
    int64_t l_len; /* 0: to the end */
    int32_t l_pid;
};

static_assert(sizeof(struct flock_64) == 32, "x86-64's struct flock");

struct flock_64_32 {
    int16_t l_type;
    int16_t l_whence;
    int64_t l_start;
    int64_t l_len;
    int32_t l_pid;
} __attribute__((packed));

static_assert(sizeof(struct flock_64_32) == 24, "i386's struct flock64");

struct flock_32 {
    int16_t l_type;
    int16_t l_whence;
    int32_t l_start;
    int32_t l_len;
    int32_t l_pid;
};

static_assert(sizeof(struct flock_32) == 16, "i386's struct flock");
