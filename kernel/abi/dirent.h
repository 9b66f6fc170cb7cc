/* getdents64: one entry of a directory. Entries follow each other, each
 * `length` bytes long. */
#pragma once

#include <stdint.h>

struct linux_dirent64 {
    uint64_t inode;
    int64_t next;    /* where the following entry is, for lseek */
    uint16_t length; /* of this entry, name and padding included */
    uint8_t type;    /* DT_* */
    char name[];     /* zero-ended */
};

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12
