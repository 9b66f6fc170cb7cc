/* Where a process is in the tree of files. */
#pragma once

#include "kernel/file/inode.h"

struct file_context {
    unsigned references;    /* processes that share it */
    struct place directory; /* what relative paths begin at; counted */
    uint32_t umask;         /* permissions that new files don't get */
};

/* A new one, at the root or where FROM is, with one reference. Or NULL when
 * there is no memory. */
struct file_context *file_context_create(void) MUST_CHECK;
struct file_context *
file_context_copy(const struct file_context *from) MUST_CHECK;

/* Relative paths begin at DIRECTORY from now on. */
void file_context_enter(struct file_context *context, struct place directory);

struct file_context *file_context_get(struct file_context *context);
void file_context_put(struct file_context *context);
