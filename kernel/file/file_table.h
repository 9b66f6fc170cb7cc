/* Tables of descriptors: what numbers of a program mean which open files. */
#pragma once

#include "kernel/file/file.h"

#define FILE_TABLE_SIZE 64

struct file_table {
    unsigned references; /* processes that share it */
    struct file *files[FILE_TABLE_SIZE];
    uint64_t close_on_exec; /* one bit a file */
};

static_assert(FILE_TABLE_SIZE <= 64, "close_on_exec has a bit for each");

/* The file behind FD, or NULL when FD is none (-EBADF): the table keeps the
 * reference. file_table_find takes those opened with O_PATH for none, as read,
 * write and mmap do; file_table_find_any does not. */
struct file *file_table_find(const struct file_table *table, int fd);
struct file *file_table_find_any(const struct file_table *table, int fd);

/* Gives FILE, with its reference, the lowest free descriptor at or above
 * LOWEST. FLAGS may have O_CLOEXEC. Returns it, or -EMFILE: then the reference
 * is still the caller's. */
int file_table_add(struct file_table *table, struct file *file, int lowest,
                   int flags) MUST_CHECK;

/* Gives FILE, with its reference, the descriptor FD, closing what it was. */
void file_table_set(struct file_table *table, int fd, struct file *file,
                    int flags);

/* Returns 0 or -EBADF. */
int file_table_close(struct file_table *table, int fd) MUST_CHECK;

/* A new one, empty or with all of FROM's, with one reference. Or NULL when
 * there is no memory. */
struct file_table *file_table_create(void) MUST_CHECK;
struct file_table *file_table_copy(const struct file_table *from) MUST_CHECK;

/* The last to put it closes all. */
struct file_table *file_table_get(struct file_table *table);
void file_table_put(struct file_table *table);

void file_table_close_on_exec(struct file_table *table);
