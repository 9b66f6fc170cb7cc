/* Paths: from a name to its place in the tree, and back. */
#pragma once

#include "kernel/file/credentials.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"

/* Symbolic links on the way of one lookup. */
#define PATH_LINKS_MAX 40

/* How to look up the last name of a path. */
#define PATH_FOLLOW    0x1u /* through a link, if it is one */

/* The place at PATH, looked up for WHO, from DIRECTORY when it is relative.
 * Returns 0, -ENOENT, -ENOTDIR, -EACCES where WHO may not search a directory,
 * -ELOOP or -ENAMETOOLONG, as Linux does. */
int path_find(const struct credentials *who, struct place directory,
              const char *path, unsigned flags, struct place *found) MUST_CHECK;

/* The last name of a path, be it there or not, and the directory in which it
 * is. Both are good until the caller waits, or what the path is in goes. */
struct path_end {
    struct place directory;
    const char *text; /* not zero-ended; in the path, or in a link's target */
    size_t size;      /* 0: the path leads to the root, and has no last name */
    bool has_slash;   /* behind it */
};

/* The end of PATH, of which no link is followed. Returns 0 or -EXXX as
 * path_find for what is before it. */
int path_find_end(const struct credentials *who, struct place directory,
                  const char *path, struct path_end *end) MUST_CHECK;

/* For O_CREAT: the place at PATH, or where it is missing *END, which else has
 * no size. FLAGS are path_find's. Returns 0; -ENOENT; -EISDIR where a slash is
 * behind its last name; or -EXXX as path_find. */
int path_find_or_end(const struct credentials *who, struct place directory,
                     const char *path, unsigned flags, struct place *found,
                     struct path_end *end) MUST_CHECK;

/* What END leads to now: 0, -ENOENT or -ENAMETOOLONG. */
int path_end_find(const struct path_end *end, struct place *found) MUST_CHECK;

/* Is END "." or ".."? */
bool path_end_is_self(const struct path_end *end);
bool path_end_is_parent(const struct path_end *end);

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
