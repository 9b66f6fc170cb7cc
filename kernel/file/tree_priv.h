/* What the files of the tree's changes share. */
#pragma once

#include "kernel/file/tree.h"

/* May WHO make a name in DIRECTORY? Returns 0, -ENOENT or -EACCES. */
int tree_may_create(const struct credentials *who,
                    struct place directory) MUST_CHECK;

/* What is taken out of its directory. */
enum tree_removal {
    TREE_REMOVE_FILE,
    TREE_REMOVE_DIRECTORY,
};

/* May WHO take VICTIM, which is in DIRECTORY, out of it as a REMOVAL says?
 * Returns 0 or -EXXX. */
int tree_may_remove(const struct credentials *who, struct place directory,
                    struct place victim, enum tree_removal removal) MUST_CHECK;
