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

/* Where TEXT, which is not empty, is looked up from: DIRECTORY where it is
 * relative. Returns 0, -EBADF or -ENOTDIR. */
int path_start(int directory, const char *text, struct place *start) MUST_CHECK;

/* A path of a call that has two. Both are copied before either is looked up,
 * for what was found stays only until the caller waits; this one to memory of
 * its own, for the stack has no room for both. */
struct path_copy {
    char *text; /* a frame, or NULL */
    int error;  /* of copying: 0, -EFAULT, -ENOENT, -ENAMETOOLONG, -ENOMEM */
};

void path_copy_get(struct path_copy *copy, uaddr_t path);
void path_copy_put(const struct path_copy *copy);

/* Takes it, and for the running process looks up all but its last name. */
int path_argument_end(int directory, uaddr_t path,
                      struct path_argument *argument,
                      struct path_end *end) MUST_CHECK;

/* The place that DIRECTORY is: AT_FDCWD or a descriptor. Returns 0 or -EBADF.
 */
int path_argument_place(int directory, struct place *place) MUST_CHECK;

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
