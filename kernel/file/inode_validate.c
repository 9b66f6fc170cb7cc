/* Does the tree of names hold together? */
#include "kernel/file/file_validate.h"
#include "kernel/lib.h"

static bool is_directory(const struct inode *inode)
{
    return inode_is(inode, S_IFDIR);
}

/* The links between INODE, a child of DIRECTORY, and those around it. */
static const char *check_child(const struct inode *directory,
                               const struct inode *inode)
{
    if (inode->parent != directory) {
        return "a directory is its children's parent";
    }
    if (inode->next != NULL ? inode->next->prev != inode
                            : directory->last != inode) {
        return "the children of a directory are linked both ways";
    }
    if (inode->name_size == 0 || inode->number == 0) {
        return "a child has a name and a number";
    }
    return inode_child(directory, inode->name, inode->name_size) == inode
               ? NULL
               : "a child is found by its name";
}

/* The next of the tree, in the order of a listing; NULL at its end. */
static const struct inode *next_of(const struct inode *inode)
{
    if (inode->child != NULL) {
        return inode->child;
    }
    while (inode->next == NULL && inode->parent != inode) {
        inode = inode->parent;
    }
    return inode->next;
}

const char *inode_validate(void)
{
    const struct inode *root = inode_root();
    const struct inode *inode = root;

    if (root->parent != root || !is_directory(root)) {
        return "the root is a directory, and its own parent";
    }
    for (; inode != NULL; inode = next_of(inode)) {
        if (inode->child != NULL && !is_directory(inode)) {
            return "only directories have children";
        }
        const char *rule =
            inode == root ? NULL : check_child(inode->parent, inode);
        if (rule != NULL) {
            return rule;
        }
    }
    return inode_table_validate();
}
