/* The tree of names, made of inodes that are never freed. */
#include "kernel/file/inode.h"

#include "kernel/abi/errno.h"

#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"

#define ROOT_MODE      (S_IFDIR | 0755)
#define ANONYMOUS_MODE 0600 /* as Linux gives them */

static struct inode root = {
    .name = "",
    .parent = &root,
    .number = 1,
    .mode = ROOT_MODE,
    .links = 1,
};
static uint64_t last_number = 1;

/* Names are found by a hash of them and their directory. */
static struct hash_table names;

/* Inodes are cut from whole frames: the rest of the last one. */
static struct inode *spare;
static size_t spare_count;

void inode_init_anonymous(struct inode *inode, const char *name,
                          const struct inode_operations *operations)
{
    *inode = (struct inode){
        .name = name,
        .name_size = strlen(name),
        .number = inode_next_number(),
        .mode = ANONYMOUS_MODE,
        .links = 1,
        .operations = operations,
    };
}

int inode_may_not_open(const struct inode *inode)
{
    (void)inode;
    return -ENXIO;
}

uint64_t inode_next_number(void)
{
    return ++last_number;
}

struct inode *inode_root(void)
{
    return &root;
}

static struct inode *inode_alloc(void)
{
    if (spare_count == 0) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return NULL;
        }
        spare = memset(direct_map(frame), 0, FRAME_SIZE);
        spare_count = FRAME_SIZE / sizeof(struct inode);
    }
    spare_count--;
    return spare++;
}

static uint64_t hash_of(const struct inode *directory, const char *name,
                        size_t size)
{
    uint64_t hash = hash_begin(&names.key);

    return hash_add_text(hash_add(hash, (uintptr_t)directory), name, size);
}

static struct inode *of_node(struct hash_node *node)
{
    return list_entry(node, struct inode, by_name);
}

static bool is_called(const struct inode *inode, const struct inode *directory,
                      const char *name, size_t size)
{
    return inode->parent == directory && inode->name_size == size &&
           memcmp(inode->name, name, size) == 0;
}

struct inode *inode_child(const struct inode *directory, const char *name,
                          size_t size)
{
    uint64_t hash = hash_of(directory, name, size);
    struct hash_node *node = hash_table_first(&names, hash);

    while (node != NULL && !(node->hash == hash &&
                             is_called(of_node(node), directory, name, size))) {
        node = node->next;
    }
    return node != NULL ? of_node(node) : NULL;
}

struct inode *inode_create_hidden(struct inode *parent, uint32_t mode)
{
    struct inode *inode = inode_alloc();
    if (inode == NULL) {
        return NULL;
    }
    inode->parent = parent;
    inode->number = inode_next_number();
    inode->mode = mode;
    inode->links = 1;
    inode->is_per_process = parent->is_per_process;
    return inode;
}

/* INODE becomes the last of DIRECTORY. */
static void append(struct inode *directory, struct inode *inode)
{
    inode->prev = directory->last;
    if (directory->last == NULL) {
        directory->child = inode;
    } else {
        directory->last->next = inode;
    }
    directory->last = inode;
}

struct inode *inode_create(struct inode *directory, const char *name,
                           size_t size, uint32_t mode)
{
    struct inode *inode = inode_create_hidden(directory, mode);
    if (inode == NULL) {
        return NULL;
    }
    inode->name = name;
    inode->name_size = size;
    uint64_t hash = hash_of(directory, name, size);
    if (hash_table_insert(&names, &inode->by_name, hash) != 0) {
        return NULL;
    }
    append(directory, inode);
    return inode;
}

struct inode *inode_ensure(struct inode *directory, const char *name,
                           size_t size, uint32_t mode)
{
    struct inode *child = inode_child(directory, name, size);
    if (child != NULL && inode_is(child, mode & S_IFMT)) {
        return child;
    }
    if (child != NULL) {
        inode_unlink(child);
    }
    return inode_create(directory, name, size, mode);
}

static void unlink_one(struct inode *child)
{
    struct inode *directory = child->parent;

    hash_table_remove(&names, &child->by_name);
    *(child->prev == NULL ? &directory->child : &child->prev->next) =
        child->next;
    *(child->next == NULL ? &directory->last : &child->next->prev) =
        child->prev;
    child->next = NULL;
    child->prev = NULL;
}

/* What is below goes first: each directory when it is empty. */
void inode_unlink(struct inode *child)
{
    struct inode *at = child;

    while (child->child != NULL) {
        struct inode *parent = at->parent;
        if (at->child != NULL) {
            at = at->child;
        } else {
            unlink_one(at);
            at = parent;
        }
    }
    unlink_one(child);
}

const char *inode_table_validate(void)
{
    return hash_table_validate(&names);
}
