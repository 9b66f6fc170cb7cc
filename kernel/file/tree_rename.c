/* Names that move: see kernel/file/tree.h. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/permission.h"
#include "kernel/file/tree_priv.h"
#include "kernel/lib.h"

/* One rename; each place is as its end says. */
struct renaming {
    const struct credentials *who;
    const struct path_end *old, *new;
    struct place from, to;
    bool has_target; /* there is something at `to` */
    bool is_exchange;
};

static bool is_directory(struct place place)
{
    return inode_is(place.inode, S_IFDIR);
}

static bool has_name(const struct path_end *end)
{
    return end->size != 0 && !path_end_is_self(end) && !path_end_is_parent(end);
}

/* Is PLACE the directory DIRECTORY, or one above it? */
static bool is_above(struct place place, struct place directory)
{
    const struct name *name = directory.name;

    while (name != place.name && name->directory->name != name) {
        name = name->directory->name;
    }
    return name == place.name;
}

/* Finds both, and looks at the slashes behind them. */
static int find(struct renaming *r, unsigned flags)
{
    int error = path_end_find(r->old, &r->from);

    if (error != 0) {
        return error;
    }
    error = path_end_find(r->new, &r->to);
    if (error != 0 && (error != -ENOENT || r->is_exchange)) {
        return error;
    }
    r->has_target = error == 0;
    if (r->has_target && (flags & RENAME_NOREPLACE) != 0) {
        return -EEXIST;
    }
    if (r->is_exchange && !is_directory(r->to) && r->new->has_slash) {
        return -ENOTDIR;
    }
    bool has_slash =
        r->old->has_slash || (!r->is_exchange && r->new->has_slash);
    return !is_directory(r->from) && has_slash ? -ENOTDIR : 0;
}

/* No directory can come below itself. */
static int check_order(const struct renaming *r)
{
    if (is_directory(r->from) && is_above(r->from, r->new->directory)) {
        return -EINVAL;
    }
    if (r->has_target && is_directory(r->to) &&
        is_above(r->to, r->old->directory)) {
        return r->is_exchange ? -EINVAL : -ENOTEMPTY;
    }
    return 0;
}

static enum tree_removal removal_of(struct place place)
{
    return is_directory(place) ? TREE_REMOVE_DIRECTORY : TREE_REMOVE_FILE;
}

/* To move a directory is to change its "..". */
static int check_parent_change(const struct renaming *r, struct place moved)
{
    bool is_same = r->old->directory.inode == r->new->directory.inode;

    return is_directory(moved) && !is_same
               ? place_permission(moved, r->who, W_OK)
               : 0;
}

static int check_rights(const struct renaming *r)
{
    int error = tree_may_remove(r->who, r->old->directory, r->from,
                                removal_of(r->from));
    if (error != 0) {
        return error;
    }
    if (!r->has_target) {
        error = tree_may_create(r->who, r->new->directory);
    } else {
        error = tree_may_remove(r->who, r->new->directory, r->to,
                                removal_of(r->is_exchange ? r->to : r->from));
    }
    if (error == 0) {
        error = check_parent_change(r, r->from);
    }
    if (error == 0 && r->is_exchange) {
        error = check_parent_change(r, r->to);
    }
    return error;
}

static int move(const struct renaming *r)
{
    struct inode *directory = r->new->directory.inode;
    struct name *victim = r->has_target ? r->to.name : NULL;

    if (victim != NULL && is_directory(r->to) &&
        name_next(r->to.inode, NULL) != NULL) {
        return -ENOTEMPTY;
    }
    if (victim != NULL) {
        inode_has_changed(r->to.inode, INODE_ATTRIBUTES);
    }
    return name_move(r->from.name, directory, r->new->text, r->new->size,
                     victim);
}

static void has_moved(const struct renaming *r)
{
    inode_has_changed(r->old->directory.inode, INODE_BYTES);
    inode_has_changed(r->new->directory.inode, INODE_BYTES);
    inode_has_changed(r->from.inode, INODE_ATTRIBUTES);
    if (r->is_exchange) {
        inode_has_changed(r->to.inode, INODE_ATTRIBUTES);
    }
}

int tree_rename(const struct credentials *who, const struct path_end *old,
                const struct path_end *new, unsigned flags)
{
    struct renaming r = {
        .who = who,
        .old = old,
        .new = new,
        .is_exchange = (flags & RENAME_EXCHANGE) != 0,
    };

    if (old->directory.inode->is_fixed != new->directory.inode->is_fixed) {
        return -EXDEV;
    }
    if (!has_name(old)) {
        return -EBUSY;
    }
    if (!has_name(new)) {
        return (flags & RENAME_NOREPLACE) != 0 ? -EEXIST : -EBUSY;
    }
    int error = find(&r, flags);
    if (error == 0) {
        error = check_order(&r);
    }
    if (error == 0 && r.has_target && r.from.inode == r.to.inode) {
        return 0;
    }
    if (error == 0) {
        error = check_rights(&r);
    }
    if (error != 0) {
        return error;
    }
    if (r.is_exchange) {
        name_exchange(r.from.name, r.to.name);
    } else {
        error = move(&r);
    }
    if (error == 0) {
        has_moved(&r);
    }
    return error;
}
