/* New names: see kernel/file/tree.h. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/file_system.h"
#include "kernel/file/kept_text.h"
#include "kernel/file/permission.h"
#include "kernel/file/regular.h"
#include "kernel/file/tree_priv.h"
#include "kernel/lib.h"

#define LINK_MODE      (S_IFLNK | 0777)
#define UNNAMED_FORMAT "#%llu" /* as Linux calls files of O_TMPFILE */
#define UNNAMED_MAX    24

int tree_may_create(const struct credentials *who, struct place directory)
{
    return name_is_removed(directory.name)
               ? -ENOENT
               : place_permission(directory, who, W_OK | X_OK);
}

/* Is there nothing at END, where something can be made? A path with a slash
 * behind it can only become a directory's. */
static int check_is_free(const struct path_end *end, uint32_t type)
{
    struct place found;

    if (end->size == 0 || path_end_is_self(end) || path_end_is_parent(end)) {
        return -EEXIST;
    }
    int error = path_end_find(end, &found);
    if (error != -ENOENT) {
        return error == 0 ? -EEXIST : error;
    }
    bool is_refused =
        (end->has_slash && type != S_IFDIR) || end->directory.inode->is_fixed;
    return is_refused ? -ENOENT : 0;
}

/* Whose the new INODE is. Below a set-group-ID directory all are its group's,
 * and its directories the same. */
static void set_owner(struct inode *inode, const struct credentials *who,
                      const struct inode *directory)
{
    const uint32_t by_group = S_ISGID | S_IXGRP;

    inode->uid = who->user.file;
    inode->gid = who->group.file;
    if ((directory->mode & S_ISGID) == 0) {
        return;
    }
    inode->gid = directory->gid;
    if (inode_is(inode, S_IFDIR)) {
        inode->mode |= S_ISGID;
    } else if ((inode->mode & by_group) == by_group &&
               who->user.file != ID_ROOT &&
               !credentials_have_group(who, inode->gid)) {
        inode->mode &= ~(uint32_t)S_ISGID;
    }
}

/* An inode called TEXT in DIRECTORY. Returns NULL when there is no memory. */
static struct inode *create_in(const struct credentials *who,
                               struct inode *directory, const char *text,
                               size_t size, struct tree_kind kind)
{
    struct inode *inode = inode_create(directory, text, size, kind.mode);

    if (inode != NULL) {
        set_owner(inode, who, directory);
        inode->rdev = kind.rdev;
        inode_set_operations(inode);
    }
    return inode;
}

static int create_at(const struct credentials *who, const struct path_end *end,
                     struct tree_kind kind, struct inode **inode)
{
    struct inode *directory = end->directory.inode;
    int error = tree_may_create(who, end->directory);

    if (error != 0) {
        return error;
    }
    if (!file_system_has_name()) {
        return -ENOSPC;
    }
    *inode = create_in(who, directory, end->text, end->size, kind);
    if (*inode == NULL) {
        return -ENOMEM;
    }
    inode_has_changed(directory, INODE_BYTES);
    return 0;
}

int tree_create(const struct credentials *who, const struct path_end *end,
                struct tree_kind kind, struct place *created)
{
    struct inode *inode;
    int error = check_is_free(end, kind.mode & S_IFMT);

    if (error == 0) {
        error = create_at(who, end, kind, &inode);
    }
    if (error == 0) {
        *created = name_place(inode->name);
    }
    return error;
}

int tree_refuse_device(const struct credentials *who,
                       const struct path_end *end)
{
    int error = check_is_free(end, S_IFCHR);

    if (error == 0) {
        error = tree_may_create(who, end->directory);
    }
    return error != 0 ? error : -EPERM;
}

int tree_create_unnamed(const struct credentials *who, struct place directory,
                        uint32_t mode, struct place *created)
{
    char text[UNNAMED_MAX];
    int error = place_permission(directory, who, W_OK | X_OK);

    if (error != 0) {
        return error;
    }
    if (directory.inode->is_fixed) {
        return -EOPNOTSUPP;
    }
    if (!file_system_has_name()) {
        return -ENOSPC;
    }
    int size = snprintf(text, sizeof(text), UNNAMED_FORMAT,
                        (unsigned long long)inode_next_number());
    struct inode *inode = create_in(who, directory.inode, text, (size_t)size,
                                    (struct tree_kind){.mode = S_IFREG | mode});
    if (inode == NULL) {
        return -ENOMEM;
    }
    *created = name_place(inode->name);
    return 0;
}

int tree_symlink(const struct credentials *who, const struct path_end *end,
                 const char *target, size_t size)
{
    struct inode *inode;
    int error = check_is_free(end, S_IFLNK);

    if (error != 0) {
        return error;
    }
    if (!file_system_take_target(size)) {
        return -ENOSPC;
    }
    char *copy = kept_text_create(target, size);
    error = copy == NULL
                ? -ENOMEM
                : create_at(who, end, (struct tree_kind){.mode = LINK_MODE},
                            &inode);
    if (error != 0) {
        if (copy != NULL) {
            kept_text_free(copy, size);
        }
        file_system_give_target(size);
        return error;
    }
    inode->data = copy;
    inode->size = size;
    inode->has_own_target = true;
    return 0;
}

/* Can INODE have one name more? */
static int check_link(const struct inode *inode)
{
    if (inode_is(inode, S_IFDIR)) {
        return -EPERM;
    }
    return inode->links == 0 && !inode->is_linkable ? -ENOENT : 0;
}

/* Debian's fs.protected_hardlinks: nobody keeps a file of another's that he may
 * not even write, or that would lend him its rights. */
static bool may_link(const struct credentials *who, struct place old)
{
    const uint32_t by_group = S_ISGID | S_IXGRP;
    const struct inode *inode = old.inode;
    bool lends =
        (inode->mode & S_ISUID) != 0 || (inode->mode & by_group) == by_group;
    bool is_harmless = inode_is(inode, S_IFREG) && !lends &&
                       place_permission(old, who, R_OK | W_OK) == 0;

    return is_harmless || place_is_owned(old, who);
}

int tree_link(const struct credentials *who, struct place old,
              const struct path_end *end)
{
    struct inode *directory = end->directory.inode;
    int error = check_is_free(end, S_IFREG);

    if (error == 0 && (old.name == NULL || old.inode->is_fixed)) {
        error = -EXDEV;
    }
    if (error == 0 && !may_link(who, old)) {
        error = -EPERM;
    }
    if (error == 0) {
        error = tree_may_create(who, end->directory);
    }
    if (error == 0) {
        error = check_link(old.inode);
    }
    if (error == 0 && !file_system_has_name()) {
        error = -ENOSPC;
    }
    if (error != 0) {
        return error;
    }
    if (name_create(directory, end->text, end->size, old.inode) == NULL) {
        return -ENOMEM;
    }
    old.inode->is_linkable = false;
    inode_has_changed(directory, INODE_BYTES);
    inode_has_changed(old.inode, INODE_ATTRIBUTES);
    return 0;
}
