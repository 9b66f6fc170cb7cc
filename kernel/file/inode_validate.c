/* Does the tree of names hold together? */
#include "kernel/file/file_validate.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"

static bool is_directory(const struct inode *inode)
{
    return inode_is(inode, S_IFDIR);
}

/* How many names INODE has, all of which lead to it; or 0. */
static uint32_t count_names(const struct inode *inode)
{
    const struct name *first = inode->name;

    if (first == NULL || first->inode != inode) {
        return 0;
    }
    uint32_t count = 1;
    list_for_each(node, &first->others)
    {
        const struct name *name = list_entry(node, struct name, others);
        if (name->inode != inode) {
            return 0;
        }
        count++;
    }
    return count;
}

/* The ".." that lead to INODE. */
static uint32_t count_directories(const struct inode *inode)
{
    const struct name *name = NULL;
    uint32_t count = 0;

    while ((name = name_next(inode, name)) != NULL) {
        count += is_directory(name->inode);
    }
    return count;
}

static const char *check_inode(const struct inode *inode)
{
    uint32_t names = count_names(inode);

    if (names == 0 || inode->number == 0) {
        return "an inode has a number, and its names lead to it";
    }
    if (!is_directory(inode)) {
        return inode->links == names ? NULL : "a file has a link for each name";
    }
    if (names != 1) {
        return "a directory has one name";
    }
    return inode->links == names + 1 + count_directories(inode)
               ? NULL
               : "a directory has a link for its name, itself and each "
                 "directory in it";
}

/* NAME, which DIRECTORY lists, and those around it; its inode by the first of
 * its names. */
static const char *check_name(const struct inode *directory,
                              const struct name *name)
{
    const struct name *next = name_next(directory, name);

    if (name->directory != directory || name->size == 0) {
        return "a name has a text, and is in the directory that lists it";
    }
    if (name->siblings.next->prev != &name->siblings) {
        return "the names of a directory are linked both ways";
    }
    if (next != NULL ? name->order >= next->order
                     : name->order >= directory->next_order) {
        return "the names of a directory are in order";
    }
    if (name_find(directory, name->text, name->size) != name) {
        return "a name is found by its text";
    }
    if (list_entry(name->others.next, struct name, others)->inode !=
        name->inode) {
        return "the names of a file lead to it";
    }
    return name->inode->name == name ? check_inode(name->inode) : NULL;
}

/* The name behind NAME, in the order of a listing of the whole tree; NULL at
 * its end. */
static const struct name *next_of(const struct name *name)
{
    const struct inode *root = inode_root();
    const struct name *next =
        is_directory(name->inode) ? name_next(name->inode, NULL) : NULL;

    while (next == NULL && name->inode != root) {
        next = name_next(name->directory, name);
        name = name->directory->name;
    }
    return next;
}

const char *inode_validate(void)
{
    const struct inode *root = inode_root();
    const struct name *name = root->name;
    const char *rule = check_inode(root);

    if (name->directory != root || !is_directory(root)) {
        return "the root is a directory, and its own parent";
    }
    while (rule == NULL && (name = next_of(name)) != NULL) {
        rule = check_name(name->directory, name);
    }
    return rule != NULL ? rule : name_table_validate();
}
