/* Paths: from a name to its place in the tree, and back. */
#pragma once

#include "kernel/inode.h"
#include "kernel/lib/bits.h"

/* Symbolic links on the way of one lookup. */
#define PATH_LINKS_MAX 40

/* How to look up the last name of a path. */
#define PATH_FOLLOW    BIT(0) /* through a link, if it is one */
#define PATH_CREATE    BIT(1) /* for O_CREAT: a missing one is -EROFS */

/* The place at PATH, looked up from DIRECTORY when it is relative. Returns 0,
 * -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG, and with PATH_CREATE -EROFS and
 * -EISDIR, as Linux does. */
int path_find(struct place directory, const char *path, unsigned flags,
              struct place *found) MUST_CHECK;

/* Where the link at PLACE leads. Returns 0 or -EXXX as path_find. */
int path_follow(struct place link, struct place *target) MUST_CHECK;

/* Writes the path of PLACE ("/..." and a zero byte) to TEXT, PATH_MAX bytes.
 * Returns its length, or -ENAMETOOLONG. */
int64_t path_of(struct place place, char *text) MUST_CHECK;

/* The directory in which PLACE is. */
struct place place_parent(struct place place);
