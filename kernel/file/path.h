/* Paths: from a name to its place in the tree, and back. */
#pragma once

#include "kernel/file/credentials.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"

/* Symbolic links on the way of one lookup. */
#define PATH_LINKS_MAX 40

/* How to look up the last name of a path. */
#define PATH_FOLLOW    0x1u /* through a link, if it is one */
#define PATH_CREATE    0x2u /* for O_CREAT: a missing one is -EROFS */

/* The place at PATH, looked up for WHO, from DIRECTORY when it is relative.
 * Returns 0, -ENOENT, -ENOTDIR, -EACCES where WHO may not search a directory,
 * -ELOOP, -ENAMETOOLONG, and with PATH_CREATE -EROFS and -EISDIR, as Linux
 * does. */
int path_find(const struct credentials *who, struct place directory,
              const char *path, unsigned flags, struct place *found) MUST_CHECK;

/* Where the link at PLACE leads WHO. Returns 0 or -EXXX as path_find. */
int path_follow(const struct credentials *who, struct place link,
                struct place *target) MUST_CHECK;

/* Writes the path of PLACE ("/..." and a zero byte) to TEXT, PATH_MAX bytes.
 * As on Linux, " (deleted)" is behind that of one whose name was removed.
 * Returns its length, or -ENAMETOOLONG. */
int64_t path_of(struct place place, char *text) MUST_CHECK;

/* The directory in which PLACE is, and CHILD as it is found from PLACE. */
struct place place_parent(struct place place);
struct place place_child(struct place place, struct name *child);

/* The name of PLACE in its directory, or its label: its size, and *NAME, not
 * zero-ended. TEXT is room for one that has to be made. */
#define PLACE_NAME_MAX 12
size_t place_name(struct place place, char text[PLACE_NAME_MAX],
                  const char **name);

/* The number of PLACE, as st_ino. It fits into 32 bits, or stat fails in old
 * i386 programs; so it is unique among the first 4095 processes alone. */
static inline uint64_t place_number(struct place place)
{
    const int pid_shift = 20;
    return (uint32_t)place.pid << pid_shift |
           (place.inode->number + (unsigned)place.number);
}
