/* Tables of descriptors: what numbers of a program mean which open files.
 *
 * The first descriptors are in the table itself, and most programs have no
 * more; blocks for higher ones are made when one is wanted, and stay. */
#pragma once

#include "kernel/file/file.h"

#define FILE_BLOCK_SIZE 64 /* one bit of a word each */

/* So many blocks have their addresses in one frame. */
#define FILE_BLOCKS_MAX 512

/* No descriptor is as high, whatever RLIMIT_NOFILE says. */
#define FILE_TABLE_MAX  (FILE_BLOCK_SIZE * FILE_BLOCKS_MAX)

struct file_block {
    struct file *files[FILE_BLOCK_SIZE];
    uint64_t used;
    uint64_t close_on_exec;
};

struct file_table {
    unsigned references; /* processes that share it */
    struct file_block first;
    struct file_block **more; /* a frame, or NULL; the first is not in it */
};

/* The file behind FD, or NULL when FD is none (-EBADF): the table keeps the
 * reference. file_table_find takes those opened with O_PATH for none, as read,
 * write and mmap do; file_table_find_any does not. */
struct file *file_table_find(const struct file_table *table, int fd);
struct file *file_table_find_any(const struct file_table *table, int fd);

/* The lowest free descriptor from LOWEST up to below LIMIT: it stays free, but
 * there is memory for it. Or -EMFILE or -ENOMEM. */
int file_table_reserve(struct file_table *table, int lowest,
                       int limit) MUST_CHECK;

/* Gives FILE, with its reference, the descriptor FD, which is reserved or in
 * use, closing what it was. FLAGS may have O_CLOEXEC. */
void file_table_set(struct file_table *table, int fd, struct file *file,
                    int flags);

/* Returns 0 or -EBADF. */
int file_table_close(struct file_table *table, int fd) MUST_CHECK;

/* FD_CLOEXEC or 0, of FD, which is in use. */
int file_table_flags(const struct file_table *table, int fd);
void file_table_set_flags(struct file_table *table, int fd, int flags);

/* The lowest descriptor that is in use, at or above FD; or -1. */
int file_table_next(const struct file_table *table, int fd);

/* For how many descriptors there is memory. */
int file_table_size(const struct file_table *table);

/* A new one, empty or with all of FROM's, with one reference. Or NULL when
 * there is no memory. */
struct file_table *file_table_create(void) MUST_CHECK;
struct file_table *file_table_copy(const struct file_table *from) MUST_CHECK;

/* The last to put it closes all. */
struct file_table *file_table_get(struct file_table *table);
void file_table_put(struct file_table *table);

void file_table_close_on_exec(struct file_table *table);
