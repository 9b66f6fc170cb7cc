/* Paths as system calls get them: a directory's descriptor and a string. */
#pragma once

#include "kernel/file.h"

/* A path, and the place from which it is looked up. A quarter of the kernel
 * stack. */
struct path_argument {
    struct place start;
    char text[PATH_MAX];
};

/* Takes the path at PATH of the running program, relative to the descriptor
 * DIRECTORY (or AT_FDCWD). Returns 0, -EFAULT, -ENOENT (empty), -ENAMETOOLONG,
 * -EBADF or -ENOTDIR. */
int path_argument_get(int directory, uaddr_t path,
                      struct path_argument *argument) MUST_CHECK;

/* Is the string at PATH there, and empty? */
bool path_argument_is_empty(uaddr_t path);

/* Looks it up for WHO. Of the AT_* flags AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH
 * count: then an empty path is what DIRECTORY itself is. */
int path_argument_find_for(const struct credentials *who, int directory,
                           uaddr_t path, int flags,
                           struct place *found) MUST_CHECK;

/* The same for the running process. */
int path_argument_find(int directory, uaddr_t path, int flags,
                       struct place *found) MUST_CHECK;
