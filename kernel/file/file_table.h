/* The descriptors of a process: process->files and close_on_exec. */
#pragma once

#include "kernel/process/process.h"

/* The file behind FD, or NULL when FD is none (-EBADF): the table keeps the
 * reference. file_table_find takes those opened with O_PATH for none, as read,
 * write and mmap do; file_table_find_any does not. */
struct file *file_table_find(const struct process *process, int fd);
struct file *file_table_find_any(const struct process *process, int fd);

/* Gives FILE, with its reference, the lowest free descriptor at or above
 * LOWEST. FLAGS may have O_CLOEXEC. Returns it, or -EMFILE: then the reference
 * is still the caller's. */
int file_table_add(struct process *process, struct file *file, int lowest,
                   int flags) MUST_CHECK;

/* Gives FILE, with its reference, the descriptor FD, closing what it was. */
void file_table_set(struct process *process, int fd, struct file *file,
                    int flags);

/* Returns 0 or -EBADF. */
int file_table_close(struct process *process, int fd) MUST_CHECK;

/* vfork: TO, which has none, gets all of FROM's. */
void file_table_copy(struct process *to, const struct process *from);

void file_table_close_all(struct process *process);
void file_table_close_on_exec(struct process *process);
