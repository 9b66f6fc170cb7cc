/* Names: what directories list. Each leads to an inode (kernel/file/inode.h),
 * and several may lead to the same one; a directory has one name alone.
 *
 *     directory -> name -> name -> name        listed, the newest first
 *     (an inode)    |       |       |
 *                 inode   inode <---+          the same file: two links
 *
 * A name is counted: by the directory that lists it, by names below it, and by
 * all that have it for longer than until the next time they wait: open files,
 * working directories, running programs. When it is taken out of its directory
 * (removed), they still have it, it knows where it was, and its inode is as it
 * was. With its last name an inode goes.
 */
#pragma once

#include "kernel/file/hash_table.h"
#include "kernel/file/inode.h"
#include "kernel/lib.h"

/* As long, a text needs no memory of its own. */
#define NAME_SHORT_MAX 40

struct name {
    char *text; /* size bytes, not zero-ended; its own. NULL: a number,
                   its place's */
    uint32_t size;
    uint32_t references;
    struct inode *directory; /* that it is or was in; the root's is the root */
    struct inode *inode;     /* that it leads to. NULL: it is a cursor */
    struct list others;      /* that lead there: a ring, which has no head */
    struct list siblings;    /* in its directory, or of all that are hidden;
                                alone: it was removed */
    struct hash_node by_text;
    uint32_t claims; /* references that name_claim knows of */
    char short_text[NAME_SHORT_MAX];
};

/* The name TEXT of DIRECTORY, or NULL. */
struct name *name_find(const struct inode *directory, const char *text,
                       size_t size);

/* A name of INODE, the first that DIRECTORY lists, which has none like it; TEXT
 * is copied. Returns NULL when there is no memory. */
struct name *name_create(struct inode *directory, const char *text, size_t size,
                         struct inode *inode);

/* The same, but DIRECTORY does not list it; it stays for ever. */
struct name *name_create_hidden(struct inode *directory, struct inode *inode);

/* Takes NAME out of its directory; of another directory it has nothing below.
 * It goes, and with the last name its inode, when nobody has it any more. */
void name_remove(struct name *name);

/* The same with all that is below, which comes first. */
void name_remove_tree(struct name *name);

/* NAME, which a directory lists, becomes the first that DIRECTORY lists, called
 * TEXT there; VICTIM, which is called so, or NULL, is removed. Who has NAME
 * finds it in its new place. Returns 0, or -ENOMEM with nothing changed. */
int name_move(struct name *name, struct inode *directory, const char *text,
              size_t size, struct name *victim) MUST_CHECK;

/* A and B take each other's place. */
void name_exchange(struct name *a, struct name *b);

/* For the last reference: see name_put. */
void name_free(struct name *name);

static inline struct name *name_get(struct name *name)
{
    name->references++;
    return name;
}

static inline void name_put(struct name *name)
{
    if (--name->references == 0) {
        name_free(name);
    }
}

/* Was NAME taken out of its directory? */
static inline bool name_is_removed(const struct name *name)
{
    return name->size > 0 && list_is_empty(&name->siblings);
}

/* The name behind NAME in DIRECTORY; from NULL, the first. NULL: no more. */
static inline struct name *name_next(const struct inode *directory,
                                     const struct name *name)
{
    const struct list *at = name != NULL ? &name->siblings : &directory->names;
    struct list *next = list_next(&directory->names, at);

    while (next != NULL &&
           list_entry(next, struct name, siblings)->inode == NULL) {
        next = list_next(&directory->names, next);
    }
    return next != NULL ? list_entry(next, struct name, siblings) : NULL;
}

/* Cursors stand between the names of a directory, and stay where they are while
 * names come and go. A new one stands nowhere; or NULL when there is no memory.
 */
struct name *name_cursor_create(void) MUST_CHECK;
void name_cursor_free(struct name *cursor);

/* Puts CURSOR before NAME, or with NULL nowhere: at the end. */
void name_cursor_place(struct name *cursor, struct name *name);

/* The name behind CURSOR in DIRECTORY, or NULL. */
static inline struct name *name_cursor_next(const struct inode *directory,
                                            const struct name *cursor)
{
    return list_is_empty(&cursor->siblings) ? NULL
                                            : name_next(directory, cursor);
}

/* Where NAME is, of a process in no case. */
static inline struct place name_place(struct name *name)
{
    return (struct place){.name = name, .inode = name->inode};
}

/* The same for places, some of which have no name. */
static inline struct place place_get(struct place place)
{
    if (place.name != NULL) {
        name_get(place.name);
    }
    return place;
}

static inline void place_put(struct place place)
{
    if (place.name != NULL) {
        name_put(place.name);
    }
}

/* How many names all directories list. */
uint64_t name_count(void);

/* For inode_validate: the rule that the table of names breaks, or NULL; and the
 * name behind NAME of those that no directory lists, from NULL the first. */
const char *name_table_validate(void);
struct name *name_next_hidden(const struct name *name);
