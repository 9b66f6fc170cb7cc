/* openat, fcntl, lseek and their like (include/uapi/asm-generic/fcntl.h,
 * include/uapi/linux/fcntl.h and fs.h). */
#pragma once

/* openat: how to open a file. */
#define O_RDONLY             0x0
#define O_WRONLY             0x1
#define O_RDWR               0x2
#define O_ACCMODE            0x3
#define O_CREAT              0x40
#define O_EXCL               0x80
#define O_NOCTTY             0x100
#define O_TRUNC              0x200
#define O_APPEND             0x400
#define O_NONBLOCK           0x800
#define O_DSYNC              0x1000
#define FASYNC               0x2000
#define O_DIRECT             0x4000
#define O_LARGEFILE          0x8000
#define O_DIRECTORY          0x10000
#define O_NOFOLLOW           0x20000
#define O_NOATIME            0x40000
#define O_CLOEXEC            0x80000
#define O_PATH               0x200000
#define O_TMPFILE            0x400000 /* Linux's __O_TMPFILE */
#define O_SYNC               0x100000 /* Linux's __O_SYNC */
#define O_KNOWN              0x7fffc3 /* all of them; Linux ignores others */

/* The *at calls. In place of a directory's descriptor: the current one. */
#define AT_FDCWD             (-100)
#define AT_SYMLINK_NOFOLLOW  0x100
#define AT_EACCESS           0x200 /* faccessat2 */
#define AT_NO_AUTOMOUNT      0x800
#define AT_EMPTY_PATH        0x1000

/* unlinkat, linkat. */
#define AT_REMOVEDIR         0x200
#define AT_SYMLINK_FOLLOW    0x400

/* renameat2 (include/uapi/linux/fs.h). */
#define RENAME_NOREPLACE     0x1u
#define RENAME_EXCHANGE      0x2u

/* faccessat. */
#define F_OK                 0
#define X_OK                 1
#define W_OK                 2
#define R_OK                 4

/* fcntl. */
#define F_DUPFD              0
#define F_GETFD              1
#define F_SETFD              2
#define F_GETFL              3
#define F_SETFL              4
#define F_DUPFD_CLOEXEC      1030
#define F_SETPIPE_SZ         1031
#define F_GETPIPE_SZ         1032
#define F_ADD_SEALS          1033
#define F_GET_SEALS          1034
#define FD_CLOEXEC           1

/* What a file is sealed against. */
#define F_SEAL_SEAL          0x1 /* further seals */
#define F_SEAL_SHRINK        0x2
#define F_SEAL_GROW          0x4
#define F_SEAL_WRITE         0x8
#define F_SEAL_FUTURE_WRITE  0x10 /* but not by mappings that are there */
#define F_SEALS              0x1f

/* lseek. */
#define SEEK_SET             0
#define SEEK_CUR             1
#define SEEK_END             2
#define SEEK_DATA            3
#define SEEK_HOLE            4

/* fallocate (include/uapi/linux/falloc.h). */
#define FALLOC_FL_KEEP_SIZE  0x1
#define FALLOC_FL_PUNCH_HOLE 0x2

/* fadvise64: the highest advice. */
#define POSIX_FADV_LAST      5

/* The longest path and name; PATH_MAX counts the zero byte. */
#define PATH_MAX             4096
#define NAME_MAX             255

/* memfd_create's flags (include/uapi/linux/memfd.h). */
#define MFD_CLOEXEC          0x1u
#define MFD_ALLOW_SEALING    0x2u

/* close_range's flags (include/uapi/linux/close_range.h). */
#define CLOSE_RANGE_UNSHARE  (1u << 1)
#define CLOSE_RANGE_CLOEXEC  (1u << 2)
#define CLOSE_RANGE_FLAGS    (CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)
