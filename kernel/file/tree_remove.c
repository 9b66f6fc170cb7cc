/* Names that are removed: see kernel/file/tree.h. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/permission.h"
#include "kernel/file/tree_priv.h"
#include "kernel/lib.h"

/* In a sticky directory only owners remove: of what is there, or of itself. */
static bool is_kept_by_sticky(const struct credentials *who,
                              struct place directory, struct place victim)
{
    return (directory.inode->mode & S_ISVTX) != 0 &&
           !place_is_owned(victim, who) && !place_is_owned(directory, who);
}

static int check_type(const struct inode *victim, enum tree_removal removal)
{
    bool is_directory = inode_is(victim, S_IFDIR);

    if (removal == TREE_REMOVE_DIRECTORY) {
        return is_directory ? 0 : -ENOTDIR;
    }
    return is_directory ? -EISDIR : 0;
}

int tree_may_remove(const struct credentials *who, struct place directory,
                    struct place victim, enum tree_removal removal)
{
    int error = place_permission(directory, who, W_OK | X_OK);

    if (error != 0) {
        return error;
    }
    if (is_kept_by_sticky(who, directory, victim)) {
        return -EPERM;
    }
    error = check_type(victim.inode, removal);
    if (error != 0) {
        return error;
    }
    if (directory.inode->is_fixed) {
        return -EPERM;
    }
    return victim.inode->is_fixed ? -EBUSY : 0; /* as where /proc is mounted */
}

static void remove(struct place directory, struct place victim)
{
    inode_has_changed(directory.inode, INODE_BYTES);
    inode_has_changed(victim.inode, INODE_ATTRIBUTES);
    name_remove(victim.name);
}

int tree_unlink(const struct credentials *who, const struct path_end *end)
{
    struct place victim;

    if (end->size == 0 || path_end_is_self(end) || path_end_is_parent(end)) {
        return -EISDIR;
    }
    int error = path_end_find(end, &victim);
    if (error != 0) {
        return error;
    }
    if (end->has_slash) {
        return inode_is(victim.inode, S_IFDIR) ? -EISDIR : -ENOTDIR;
    }
    error = tree_may_remove(who, end->directory, victim, TREE_REMOVE_FILE);
    if (error == 0) {
        remove(end->directory, victim);
    }
    return error;
}

int tree_rmdir(const struct credentials *who, const struct path_end *end)
{
    struct place victim;

    if (end->size == 0) {
        return -EBUSY;
    }
    if (path_end_is_self(end) || path_end_is_parent(end)) {
        return path_end_is_self(end) ? -EINVAL : -ENOTEMPTY;
    }
    int error = path_end_find(end, &victim);
    if (error == 0) {
        error =
            tree_may_remove(who, end->directory, victim, TREE_REMOVE_DIRECTORY);
    }
    if (error != 0) {
        return error;
    }
    if (name_next(victim.inode, NULL) != NULL) {
        return -ENOTEMPTY;
    }
    remove(end->directory, victim);
    return 0;
}
