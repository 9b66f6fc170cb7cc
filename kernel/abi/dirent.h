/* One entry of a directory. Entries follow each other, each `length` bytes
 * long. */
#pragma once

#include <stdint.h>

/* Of getdents64. */
struct linux_dirent64 {
    uint64_t inode;
    int64_t next;    /* where the following entry is, for lseek */
    uint16_t length; /* of this entry, name and padding included */
    uint8_t type;    /* DT_* */
    char name[];     /* zero-ended */
};

/* Of the old getdents, of x86-64 and of i386. The type is the last of its
 * bytes. */
struct linux_dirent {
    uint64_t inode;
    uint64_t next;
    uint16_t length;
    char name[];
};

struct linux_dirent_32 {
    uint32_t inode;
    uint32_t next;
    uint16_t length;
    char name[];
};

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12
