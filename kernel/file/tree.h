/* What programs do to the tree of names: they make, remove and rename. The
 * rules, and which of several is told, are those of Linux's fs/namei.c.
 *
 * Where a path ends says path_find_end. All return 0 or -EXXX; -ENOMEM or
 * -ENOSPC where there is no memory, and nothing has changed then.
 */
#pragma once

#include "kernel/file/credentials.h"
#include "kernel/file/path.h"

/* What is made: its type and permissions, as st_mode, and of a device which. */
struct tree_kind {
    uint32_t mode;
    uint32_t rdev;
};

/* Makes a file of KIND at END, where a path with a slash behind it has to be a
 * directory's; it is WHO's, and empty. */
int tree_create(const struct credentials *who, const struct path_end *end,
                struct tree_kind kind, struct place *created) MUST_CHECK;

/* Why WHO can't make a device at END, who may make none: where a file could be
 * made, -EPERM. */
int tree_refuse_device(const struct credentials *who,
                       const struct path_end *end) MUST_CHECK;

/* For O_TMPFILE: a regular file in DIRECTORY, whose only name the caller
 * removes. */
int tree_create_unnamed(const struct credentials *who, struct place directory,
                        uint32_t mode, struct place *created) MUST_CHECK;

/* Makes a link at END that leads to the SIZE bytes at TARGET. */
int tree_symlink(const struct credentials *who, const struct path_end *end,
                 const char *target, size_t size) MUST_CHECK;

/* The file at OLD gets the name END, too. */
int tree_link(const struct credentials *who, struct place old,
              const struct path_end *end) MUST_CHECK;

/* Removes what is no directory, and an empty directory. */
int tree_unlink(const struct credentials *who,
                const struct path_end *end) MUST_CHECK;
int tree_rmdir(const struct credentials *who,
               const struct path_end *end) MUST_CHECK;

/* Renames OLD to NEW; FLAGS may have RENAME_NOREPLACE or RENAME_EXCHANGE. */
int tree_rename(const struct credentials *who, const struct path_end *old,
                const struct path_end *new, unsigned flags) MUST_CHECK;
