/* Reader of "newc" cpio archives (magic 070701, and 070702 with checksums), as
 * Linux takes them for its initramfs: several archives one after the other,
 * zero bytes between and behind them. Each ends with a trailer, so that one
 * that is cut off is noticed. */
#pragma once

#include "kernel/lib.h"

/* One file. NAME and DATA point into the archive. */
struct cpio_entry {
    const char *name; /* zero-ended, no "/" or "./" before it; "" is the root */
    uint32_t mode;    /* type and permissions, as st_mode */
    uint32_t uid;
    uint32_t gid;
    uint32_t ino;
    uint32_t nlink;
    uint32_t mtime;     /* seconds since 1970 */
    uint32_t dev_major; /* with ino: which file this is a name of */
    uint32_t dev_minor;
    uint32_t rdev_major; /* the device that this file is, when it is one */
    uint32_t rdev_minor;
    const void *data;
    size_t size; /* of the data, in bytes */
};

struct cpio_reader {
    const char *archive;
    size_t size;
    size_t offset;       /* of the next entry */
    bool is_open;        /* entries were read since the last trailer */
    unsigned trailers;   /* that were read: archives that have ended */
    const char *why;     /* after an error: the rule that is broken, */
    size_t error_offset; /* and the byte where */
};

void cpio_open(struct cpio_reader *reader, const void *archive, size_t size);

/* Reads the next entry. Returns 1, 0 at the end, or -EINVAL with `why` and
 * `error_offset` set; then no entry follows. Of a file with several names (hard
 * links) the archive holds the data with one name only, the last as a rule. */
int cpio_next(struct cpio_reader *reader, struct cpio_entry *entry) MUST_CHECK;
