/* The names of the tree, and how they are found. */
#include "kernel/file/name.h"

#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct name);

/* Of all directories: by a hash of a name's text and its directory. */
static struct hash_table table;

static uint64_t hash_of(const struct inode *directory, const char *text,
                        size_t size)
{
    uint64_t hash = hash_add(hash_begin(&table.key), (uintptr_t)directory);

    return hash_add_text(hash, text, size);
}

static struct name *of_node(struct hash_node *node)
{
    return list_entry(node, struct name, by_text);
}

static bool is_called(const struct name *name, const struct inode *directory,
                      const char *text, size_t size)
{
    return name->directory == directory && name->size == size &&
           memcmp(name->text, text, size) == 0;
}

struct name *name_find(const struct inode *directory, const char *text,
                       size_t size)
{
    uint64_t hash = hash_of(directory, text, size);
    struct hash_node *node = hash_table_first(&table, hash);

    while (node != NULL && !(node->hash == hash &&
                             is_called(of_node(node), directory, text, size))) {
        node = node->next;
    }
    return node != NULL ? of_node(node) : NULL;
}

/* The inode of NAME has it, too; the first one stays the first. */
static void join(struct name *name)
{
    struct inode *inode = name->inode;

    if (inode->name == NULL) {
        inode->name = name;
    } else {
        list_append(&inode->name->others, &name->others);
    }
    inode->links++;
}

struct name *name_create_hidden(struct inode *directory, struct inode *inode)
{
    struct name *name = object_alloc(&cache);

    if (name != NULL) {
        name->directory = directory;
        name->inode = inode;
        list_init(&name->siblings);
        list_init(&name->others);
        join(name);
    }
    return name;
}

/* The inode of NAME has one name less. */
static void drop(struct name *name)
{
    struct inode *inode = name->inode;
    struct list *other = list_next(&name->others, &name->others);

    if (inode->name == name) {
        inode->name =
            other != NULL ? list_entry(other, struct name, others) : NULL;
    }
    list_remove(&name->others);
    inode->links--;
    object_free(&cache, name);
}

/* The ".." of a directory leads to the one that lists it. */
static uint32_t links_to_directory(const struct name *name)
{
    return inode_is(name->inode, S_IFDIR) ? 1 : 0;
}

struct name *name_create(struct inode *directory, const char *text, size_t size,
                         struct inode *inode)
{
    struct name *name = name_create_hidden(directory, inode);

    if (name == NULL) {
        return NULL;
    }
    name->text = text;
    name->size = size;
    uint64_t hash = hash_of(directory, text, size);
    if (hash_table_insert(&table, &name->by_text, hash) != 0) {
        drop(name);
        return NULL;
    }
    name->order = directory->next_order++;
    list_append(&directory->names, &name->siblings);
    directory->links += links_to_directory(name);
    return name;
}

static void remove_one(struct name *name)
{
    name->directory->links -= links_to_directory(name);
    hash_table_remove(&table, &name->by_text);
    list_remove(&name->siblings);
    drop(name);
}

/* The first name below INODE, or NULL. */
static struct name *first_below(const struct inode *inode)
{
    return inode_is(inode, S_IFDIR) ? name_next(inode, NULL) : NULL;
}

/* What is below goes first: each directory when it is empty. */
void name_remove(struct name *name)
{
    struct name *at = name;

    while (first_below(name->inode) != NULL) {
        struct name *below = first_below(at->inode);
        if (below == NULL) {
            below = at->directory->name;
            remove_one(at);
        }
        at = below;
    }
    remove_one(name);
}

const char *name_table_validate(void)
{
    return hash_table_validate(&table);
}
