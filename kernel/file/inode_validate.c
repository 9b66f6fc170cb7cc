/* Does the tree of names hold together? */
#include "kernel/file/file_validate.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"

static bool is_directory(const struct inode *inode)
{
    return inode_is(inode, S_IFDIR);
}

/* Of the names of INODE, all of which lead to it. */
struct counts {
    uint32_t all;
    uint32_t removed;
};

/* False when one leads elsewhere. */
static bool count_names(const struct inode *inode, struct counts *counts)
{
    const struct name *first = inode->name;

    *counts = (struct counts){0};
    if (first == NULL || first->inode != inode) {
        return false;
    }
    counts->all = 1;
    counts->removed = name_is_removed(first);
    list_for_each(node, &first->others)
    {
        const struct name *name = list_entry(node, struct name, others);
        if (name->inode != inode) {
            return false;
        }
        counts->all++;
        counts->removed += name_is_removed(name);
    }
    return true;
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
    struct counts names;

    if (!count_names(inode, &names) || inode->number == 0) {
        return "an inode has a number, and its names lead to it";
    }
    if (!is_directory(inode)) {
        return inode->links == names.all - names.removed
                   ? NULL
                   : "a file has a link for each name";
    }
    if (names.all != 1) {
        return "a directory has one name";
    }
    return inode->links == names.all + 1 + count_directories(inode)
               ? NULL
               : "a directory has a link for its name, itself and each "
                 "directory in it";
}

/* Is NAME the first of its inode's that was not removed? */
static bool is_first(const struct name *name)
{
    const struct name *first = name->inode->name;

    while (name_is_removed(first)) {
        first = list_entry(first->others.next, struct name, others);
    }
    return first == name;
}

/* NAME, which a directory lists, and those around it; its inode by the first of
 * its names. */
static const char *check_name(const struct name *name)
{
    const struct inode *directory = name->directory;

    if (name->size == 0 || name->text == NULL) {
        return "a name has a text";
    }
    if (name->siblings.next->prev != &name->siblings) {
        return "the names of a directory are linked both ways";
    }
    if (name_find(directory, name->text, name->size) != name) {
        return "a name is found by its text";
    }
    if (list_entry(name->others.next, struct name, others)->inode !=
        name->inode) {
        return "the names of a file lead to it";
    }
    return is_first(name) ? check_inode(name->inode) : NULL;
}

/* The name behind NAME, in the order of a listing of all below TOP; NULL at its
 * end. */
static struct name *next_of(const struct name *top, const struct name *name)
{
    struct name *next =
        is_directory(name->inode) ? name_next(name->inode, NULL) : NULL;

    while (next == NULL && name != top) {
        next = name_next(name->directory, name);
        name = name->directory->name;
    }
    return next;
}

static const char *check_below(const struct name *top)
{
    const struct name *name = top;
    const char *rule = check_inode(top->inode);

    while (rule == NULL && (name = next_of(top, name)) != NULL) {
        rule = check_name(name);
    }
    return rule;
}

const char *inode_validate(void)
{
    const struct name *root = inode_root()->name;

    if (root->directory != root->inode || !is_directory(root->inode)) {
        return "the root is a directory, and its own parent";
    }
    const char *rule = check_below(root);
    for (const struct name *top = NULL;
         rule == NULL && (top = name_next_hidden(top)) != NULL;) {
        rule = check_below(top);
    }
    return rule != NULL ? rule : name_table_validate();
}

static const char *visit_below(struct name *top, name_visitor *visit)
{
    struct name *name = top;
    const char *rule = visit(top);

    while (rule == NULL && (name = next_of(top, name)) != NULL) {
        rule = visit(name);
    }
    return rule;
}

const char *name_visit_tree(name_visitor *visit)
{
    const char *rule = visit_below(inode_root()->name, visit);

    for (struct name *top = NULL;
         rule == NULL && (top = name_next_hidden(top)) != NULL;) {
        rule = visit_below(top, visit);
    }
    return rule;
}

/* A name has its parent, once. */
const char *name_claim(struct name *name)
{
    while (name->claims++ == 0 && name->directory->name != name) {
        name = name->directory->name;
    }
    return NULL;
}

const char *name_check_claims(struct name *name)
{
    return name->claims == name->references
               ? NULL
               : "files, directories, programs and names below are all the "
                 "references to a name";
}

const char *name_unclaim(struct name *name)
{
    while (--name->claims == 0 && name->directory->name != name) {
        name = name->directory->name;
    }
    return NULL;
}
