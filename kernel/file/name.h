/* Names: what directories list. Each leads to an inode (kernel/file/inode.h),
 * and several may lead to the same one; a directory has one name alone.
 *
 *     directory -> name -> name -> name        listed, in their order
 *     (an inode)    |       |       |
 *                 inode   inode <---+          the same file: two links
 */
#pragma once

#include "kernel/file/hash_table.h"
#include "kernel/file/inode.h"
#include "kernel/lib.h"

struct name {
    const char *text; /* size bytes, not zero-ended. NULL: a number, its
                         place's */
    size_t size;
    struct inode *directory; /* that it is in; the root's is the root */
    struct inode *inode;     /* that it leads to */
    struct list others;      /* that lead there: a ring, which has no head */
    struct list siblings;    /* in its directory; alone: not listed there */
    uint64_t order;          /* among its siblings */
    struct hash_node by_text;
};

/* The name TEXT of DIRECTORY, or NULL. */
struct name *name_find(const struct inode *directory, const char *text,
                       size_t size);

/* A name of INODE, the last of DIRECTORY, which has none like it; TEXT is not
 * copied. Returns NULL when there is no memory. */
struct name *name_create(struct inode *directory, const char *text, size_t size,
                         struct inode *inode);

/* The same, but DIRECTORY does not list it. */
struct name *name_create_hidden(struct inode *directory, struct inode *inode);

/* Takes NAME out of its directory, and what is below out of NAME's inode, and
 * frees the names. */
void name_remove(struct name *name);

/* The name behind NAME in DIRECTORY; from NULL, the first. NULL: no more. */
static inline struct name *name_next(const struct inode *directory,
                                     const struct name *name)
{
    const struct list *at = name != NULL ? &name->siblings : &directory->names;
    struct list *next = list_next(&directory->names, at);

    return next != NULL ? list_entry(next, struct name, siblings) : NULL;
}

/* Where NAME is, of a process in no case. */
static inline struct place name_place(const struct name *name)
{
    return (struct place){.name = name, .inode = name->inode};
}

/* For inode_validate: the rule that the table of names breaks, or NULL. */
const char *name_table_validate(void);
