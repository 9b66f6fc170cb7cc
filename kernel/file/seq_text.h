/* Text that is made when it is read: a file that exists nowhere.
 *
 * It is a sequence of records, each with a key that grows. A reader has them
 * made one after the other, and keeps what it has not read of the last:
 *
 *      read before       |<- left ->|          not made yet
 *      ------------------+----------+------------------------------
 *                     position             the record with KEY or more
 *
 * So each record comes whole, as it was when it was made, whatever becomes of
 * what it tells of between two reads, and all of N records take N steps. Linux
 * does the same (fs/seq_file.c). */
#pragma once

#include "kernel/lib.h"

/* A record is shorter than all frames together: the longest has a path. */
#define SEQ_FRAMES 2

struct seq_text {
    uint64_t position; /* in the file, of the first byte that is left */
    uint64_t key;      /* of the next record */
    size_t first, end; /* what is left of what was made */
    char *frames[SEQ_FRAMES];
};

/* Makes the first record whose key is *KEY or more, by seq_print and seq_write,
 * and makes *KEY that of the one behind it. Returns 1, 0 when none is left, or
 * -EXXX. */
typedef int seq_maker(struct seq_text *text, const void *subject,
                      uint64_t *key);

/* Gets memory for a text that has none yet. Returns 0 or -ENOMEM. */
int seq_prepare(struct seq_text *text) MUST_CHECK;
void seq_release(struct seq_text *text);

/* Reads at OFFSET as read(2) does: the bytes that it answers, at most a page of
 * them at a time, or -EFAULT, or what MAKE failed with, or -EINTR when a signal
 * came on the way to OFFSET. Only an offset that is not the last read's end
 * makes the records before it again. */
int64_t seq_read(struct seq_text *text, seq_maker *make, const void *subject,
                 uint64_t offset, uaddr_t to, size_t size);

/* For makers. What does not fit into the frames is left out. */
void seq_print(struct seq_text *text, const char *format, ...)
    PRINTF_LIKE(2, 3);
void seq_write(struct seq_text *text, const void *bytes, size_t size);
/* PATH, and NAME of a program, so that they stay in their line: as Linux writes
 * them, \012 for the end of a line in a path, \n in a name, where a backslash
 * is \\. */
void seq_path(struct seq_text *text, const char *path);
void seq_name(struct seq_text *text, const char *name);
