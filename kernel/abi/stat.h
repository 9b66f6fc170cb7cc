/* What a file is: stat of x86-64, stat64 of i386, and statx (Linux's
 * include/uapi/linux/stat.h and arch/x86/include/uapi/asm/stat.h). */
#pragma once

#include <assert.h>
#include <stdint.h>

/* st_mode: the type, and who may do what. */
#define S_IFMT        0xf000
#define S_IFSOCK      0xc000
#define S_IFLNK       0xa000
#define S_IFREG       0x8000
#define S_IFBLK       0x6000
#define S_IFDIR       0x4000
#define S_IFCHR       0x2000
#define S_IFIFO       0x1000
#define S_ISUID       04000
#define S_ISGID       02000
#define S_ISVTX       01000
#define S_IXGRP       0010
#define S_IRUSR       0400
#define S_IWUSR       0200
#define S_IXUSR       0100
#define S_IWOTH       0002
#define S_IXANY       0x49 /* S_IXUSR | S_IXGRP | S_IXOTH */
#define S_PERMISSIONS 0xfff

/* st_dev and st_rdev, as Linux packs a device's numbers (new_encode_dev). */
#define MAKEDEV(major, minor)                                                  \
    (((minor)&0xffu) | (major) << 8 | ((minor) & ~0xffu) << 12)
#define DEVICE_MAJOR(device) ((device) >> 8 & 0xfffu)
#define DEVICE_MINOR(device) (((device)&0xffu) | ((device) >> 12 & 0xfff00u))

struct linux_stat {
    uint64_t st_dev;
    uint64_t st_ino;
    uint64_t st_nlink;
    uint32_t st_mode;
    uint32_t st_uid;
    uint32_t st_gid;
    uint32_t pad;
    uint64_t st_rdev;
    int64_t st_size;
    int64_t st_blksize;
    int64_t st_blocks; /* of 512 bytes */
    uint64_t st_atime, st_atime_nsec;
    uint64_t st_mtime, st_mtime_nsec;
    uint64_t st_ctime, st_ctime_nsec;
    int64_t unused[3];
};

static_assert(sizeof(struct linux_stat) == 144, "x86-64's struct stat");

struct linux_stat64_32 {
    uint64_t st_dev;
    uint32_t pad0;
    uint32_t st_ino_32; /* the low half */
    uint32_t st_mode;
    uint32_t st_nlink;
    uint32_t st_uid;
    uint32_t st_gid;
    uint64_t st_rdev;
    uint32_t pad1;
    int64_t st_size;
    uint32_t st_blksize;
    int64_t st_blocks;
    uint32_t st_atime, st_atime_nsec;
    uint32_t st_mtime, st_mtime_nsec;
    uint32_t st_ctime, st_ctime_nsec;
    uint64_t st_ino;
} __attribute__((packed));

static_assert(sizeof(struct linux_stat64_32) == 96, "i386's struct stat64");

struct linux_statx_time {
    int64_t tv_sec;
    uint32_t tv_nsec;
    int32_t pad;
};

struct linux_statx {
    uint32_t stx_mask; /* STATX_*: what is filled in */
    uint32_t stx_blksize;
    uint64_t stx_attributes;
    uint32_t stx_nlink;
    uint32_t stx_uid;
    uint32_t stx_gid;
    uint16_t stx_mode;
    uint16_t pad0;
    uint64_t stx_ino;
    uint64_t stx_size;
    uint64_t stx_blocks;
    uint64_t stx_attributes_mask;
    struct linux_statx_time stx_atime;
    struct linux_statx_time stx_btime;
    struct linux_statx_time stx_ctime;
    struct linux_statx_time stx_mtime;
    uint32_t stx_rdev_major;
    uint32_t stx_rdev_minor;
    uint32_t stx_dev_major;
    uint32_t stx_dev_minor;
    uint64_t stx_mnt_id;
    uint32_t stx_dio_mem_align;
    uint32_t stx_dio_offset_align;
    uint64_t unused[12];
};

static_assert(sizeof(struct linux_statx) == 256, "struct statx");

#define STATX_BASIC_STATS  0x07ff
#define STATX_RESERVED     0x80000000
#define AT_STATX_SYNC_TYPE 0x6000 /* how fresh; both bits are refused */
