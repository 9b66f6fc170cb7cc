/* The names of the tree, and how they are found. */
#include "kernel/file/name.h"

#include "kernel/abi/errno.h"
#include "kernel/file/kept_text.h"
#include "mm/object_cache.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct name);

/* Of all directories: by a hash of a name's text and its directory. */
static struct hash_table table;

static struct list hidden = LIST_EMPTY(hidden);

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

/* Gives NAME a copy of TEXT. Returns 0 or -ENOMEM. */
static int set_text(struct name *name, const char *text, size_t size)
{
    if (size <= sizeof(name->short_text)) {
        name->text = memcpy(name->short_text, text, size);
    } else {
        name->text = kept_text_create(text, size);
    }
    name->size = (uint32_t)size;
    return name->text != NULL ? 0 : -ENOMEM;
}

static void drop_text(struct name *name)
{
    if (name->text != NULL && name->text != name->short_text) {
        kept_text_free(name->text, name->size);
    }
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
}

/* The inode of NAME has one name less; without any it goes. */
static void leave(struct name *name)
{
    struct inode *inode = name->inode;
    struct list *other = list_next(&name->others, &name->others);

    if (inode->name == name) {
        inode->name =
            other != NULL ? list_entry(other, struct name, others) : NULL;
    }
    list_remove(&name->others);
    if (inode->name == NULL) {
        inode_free(inode);
    }
}

static struct name *alloc(void)
{
    struct name *name = object_alloc(&cache);

    if (name != NULL) {
        name->references = 1;
        list_init(&name->siblings);
        list_init(&name->others);
    }
    return name;
}

static void connect(struct name *name, struct inode *directory,
                    struct inode *inode)
{
    name->directory = directory;
    name->inode = inode;
    name_get(directory->name);
    join(name);
}

struct name *name_create_hidden(struct inode *directory, struct inode *inode)
{
    struct name *name = alloc();

    if (name != NULL) {
        connect(name, directory, inode);
        list_append(&hidden, &name->siblings);
        inode->links++;
    }
    return name;
}

struct name *name_next_hidden(const struct name *name)
{
    struct list *next =
        list_next(&hidden, name != NULL ? &name->siblings : &hidden);

    return next != NULL ? list_entry(next, struct name, siblings) : NULL;
}

/* The ".." of a directory leads to the one that lists it. */
static uint32_t links_to_directory(const struct name *name)
{
    return inode_is(name->inode, S_IFDIR) ? 1 : 0;
}

struct name *name_create(struct inode *directory, const char *text, size_t size,
                         struct inode *inode)
{
    struct name *name = alloc();
    uint64_t hash = hash_of(directory, text, size);

    if (name == NULL) {
        return NULL;
    }
    if (set_text(name, text, size) != 0 ||
        hash_table_insert(&table, &name->by_text, hash) != 0) {
        drop_text(name);
        object_free(&cache, name);
        return NULL;
    }
    connect(name, directory, inode);
    list_insert(&directory->names, &name->siblings);
    inode->links++;
    directory->links += links_to_directory(name);
    directory->size += DIRECTORY_NAME_SIZE;
    return name;
}

/* Where a chain of removed names ends, each of which only the one below it has
 * had, all of them go. */
void name_free(struct name *name)
{
    while (name != NULL) {
        struct name *above = name->directory->name;
        ASSERT(list_is_empty(&name->siblings));
        leave(name);
        drop_text(name);
        object_free(&cache, name);
        above->references--;
        name = above->references == 0 ? above : NULL;
    }
}

void name_remove(struct name *name)
{
    struct inode *inode = name->inode;
    uint32_t dots = links_to_directory(name); /* its own, too, counts no more */

    ASSERT(name_next(inode, NULL) == NULL || dots == 0);
    hash_table_remove(&table, &name->by_text);
    list_remove(&name->siblings);
    name->directory->links -= dots;
    name->directory->size -= DIRECTORY_NAME_SIZE;
    inode->links -= 1 + dots;
    name_put(name);
}

/* Takes NAME, which has a new text, to DIRECTORY. */
static void relist(struct name *name, struct inode *directory)
{
    struct inode *old = name->directory;
    uint64_t hash = hash_of(directory, name->text, name->size);
    int error = hash_table_insert(&table, &name->by_text, hash);

    ASSERT_CMP(error, ==, 0); /* it has buckets */
    list_remove(&name->siblings);
    list_insert(&directory->names, &name->siblings);
    name->directory = directory;
    directory->links += links_to_directory(name);
    directory->size += DIRECTORY_NAME_SIZE;
    old->links -= links_to_directory(name);
    old->size -= DIRECTORY_NAME_SIZE;
    name_get(directory->name);
    name_put(old->name);
}

int name_move(struct name *name, struct inode *directory, const char *text,
              size_t size, struct name *victim)
{
    bool is_short = size <= sizeof(name->short_text);
    char *kept = is_short ? NULL : kept_text_create(text, size);

    if (!is_short && kept == NULL) {
        return -ENOMEM;
    }
    if (victim != NULL) {
        name_remove(victim);
    }
    hash_table_remove(&table, &name->by_text);
    drop_text(name);
    name->text = is_short ? memcpy(name->short_text, text, size) : kept;
    name->size = (uint32_t)size;
    relist(name, directory);
    return 0;
}

static void swap_bytes(void *a, void *b, size_t size)
{
    char other[NAME_SHORT_MAX];

    ASSERT_CMP(size, <=, sizeof(other));
    memcpy(other, a, size);
    memcpy(a, b, size);
    memcpy(b, other, size);
}

static bool has_short_text(const struct name *name)
{
    return name->text == name->short_text;
}

void name_exchange(struct name *a, struct name *b)
{
    struct inode *of_a = a->directory;
    struct inode *of_b = b->directory;
    bool a_is_short = has_short_text(a);
    bool b_is_short = has_short_text(b);

    hash_table_remove(&table, &a->by_text);
    hash_table_remove(&table, &b->by_text);
    swap_bytes(&a->text, &b->text, sizeof(a->text));
    swap_bytes(&a->size, &b->size, sizeof(a->size));
    swap_bytes(a->short_text, b->short_text, sizeof(a->short_text));
    a->text = b_is_short ? a->short_text : a->text;
    b->text = a_is_short ? b->short_text : b->text;
    relist(b, of_a);
    relist(a, of_b);
}

/* The first name below INODE, or NULL. */
static struct name *first_below(const struct inode *inode)
{
    return inode_is(inode, S_IFDIR) ? name_next(inode, NULL) : NULL;
}

/* What is below goes first: each directory when it is empty. */
void name_remove_tree(struct name *name)
{
    struct name *at = name;

    while (first_below(name->inode) != NULL) {
        struct name *below = first_below(at->inode);
        if (below == NULL) {
            below = at->directory->name;
            name_remove(at);
        }
        at = below;
    }
    name_remove(name);
}

struct name *name_cursor_create(void)
{
    return alloc();
}

void name_cursor_free(struct name *cursor)
{
    list_remove(&cursor->siblings);
    object_free(&cache, cursor);
}

void name_cursor_place(struct name *cursor, struct name *name)
{
    list_remove(&cursor->siblings);
    if (name != NULL) {
        list_append(&name->siblings, &cursor->siblings);
    }
}

uint64_t name_count(void)
{
    return table.count;
}

const char *name_table_validate(void)
{
    return hash_table_validate(&table);
}
