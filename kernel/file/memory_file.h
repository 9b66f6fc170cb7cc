/* Files in memory that have no name in the tree, and are written: memfd_create.
 * Their bytes are those of a memory object, which mappings show. */
#pragma once

#include "kernel/file/file.h"

/* What is shown before the name of such a file, and behind it. */
#define MEMORY_FILE_PREFIX   "/memfd:"
#define MEMORY_FILE_SUFFIX   " (deleted)"

/* The longest name of its own: Linux's MFD_NAME_MAX_LEN. */
#define MEMORY_FILE_NAME_MAX (NAME_MAX - (sizeof("memfd:") - 1))

/* Whose it is, and what may become of it. */
struct memory_file_request {
    const char *name; /* MEMORY_FILE_NAME_MAX bytes at most; it is copied */
    uint32_t uid;
    uint32_t gid;
    unsigned seals; /* F_SEAL_*, set from its beginning */
};

/* An empty file, to be read and written, with one reference. Or NULL when there
 * is no memory. */
struct file *
memory_file_create(const struct memory_file_request *request) MUST_CHECK;

/* The seals of FILE, or -EINVAL when it is no regular file. One that has a name
 * is sealed against seals. */
int memory_file_seals(const struct file *file);

/* False when FILE is sealed against new writers. Other kinds have no seals. */
bool memory_file_may_be_written(const struct file *file);

/* FILE has SEALS, too. Returns 0, -EPERM when it is not open for writing or
 * sealed against that, -EINVAL, or -EBUSY when it can't be sealed against
 * writing because mappings share it. */
int memory_file_add_seals(struct file *file, uint64_t seals) MUST_CHECK;
