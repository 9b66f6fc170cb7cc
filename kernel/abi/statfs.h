/* What a file system is: statfs of x86-64, statfs64 and statfs of i386 (Linux's
 * include/uapi/asm-generic/statfs.h and include/uapi/linux/magic.h). */
#pragma once

#include <assert.h>
#include <stdint.h>

#define TMPFS_MAGIC         0x01021994
#define PROC_SUPER_MAGIC    0x9fa0
#define PIPEFS_MAGIC        0x50495045
#define SOCKFS_MAGIC        0x534f434b
#define ANON_INODE_FS_MAGIC 0x09041934

#define ST_VALID            0x20 /* f_flags means something */

struct linux_statfs {
    uint64_t f_type;
    uint64_t f_bsize;
    uint64_t f_blocks;
    uint64_t f_bfree;
    uint64_t f_bavail;
    uint64_t f_files;
    uint64_t f_ffree;
    uint64_t f_fsid;
    uint64_t f_namelen;
    uint64_t f_frsize;
    uint64_t f_flags;
    uint64_t f_spare[4];
};

static_assert(sizeof(struct linux_statfs) == 120, "x86-64's struct statfs");

struct linux_statfs64_32 {
    uint32_t f_type;
    uint32_t f_bsize;
    uint64_t f_blocks;
    uint64_t f_bfree;
    uint64_t f_bavail;
    uint64_t f_files;
    uint64_t f_ffree;
    uint64_t f_fsid;
    uint32_t f_namelen;
    uint32_t f_frsize;
    uint32_t f_flags;
    uint32_t f_spare[4];
} __attribute__((packed));

static_assert(sizeof(struct linux_statfs64_32) == 84, "i386's struct statfs64");

struct linux_statfs_32 {
    uint32_t f_type;
    uint32_t f_bsize;
    uint32_t f_blocks;
    uint32_t f_bfree;
    uint32_t f_bavail;
    uint32_t f_files;
    uint32_t f_ffree;
    uint32_t f_fsid[2];
    uint32_t f_namelen;
    uint32_t f_frsize;
    uint32_t f_flags;
    uint32_t f_spare[4];
};

static_assert(sizeof(struct linux_statfs_32) == 64, "i386's struct statfs");
