/* Inodes, and the root of their tree. */
#include "kernel/file/inode.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/attributes.h"
#include "kernel/file/device.h"
#include "kernel/file/fifo.h"
#include "kernel/file/file_system.h"
#include "kernel/file/kept_text.h"
#include "kernel/file/name.h"
#include "kernel/file/regular.h"
#include "kernel/lib.h"
#include "mm/object.h"
#include "mm/object_cache.h"

#define ROOT_MODE       (S_IFDIR | 0755)
#define ANONYMOUS_MODE  0600 /* as Linux gives them */
#define DIRECTORY_LINKS 1    /* beside its names: its own "." */
#define DIRECTORY_SIZE  (2 * DIRECTORY_NAME_SIZE)

static struct object_cache cache = OBJECT_CACHE(cache, struct inode);

static struct inode root;
static struct name root_name = {
    .text = root_name.short_text,
    .references = 1,
    .directory = &root,
    .inode = &root,
    .others = LIST_EMPTY(root_name.others),
    .siblings = LIST_EMPTY(root_name.siblings),
};
static struct inode root = {
    .name = &root_name,
    .names = LIST_EMPTY(root.names),
    .number = 1,
    .mode = ROOT_MODE,
    .links = DIRECTORY_LINKS + 1,
    .size = DIRECTORY_SIZE,
};
static uint64_t last_number = 1;

void inode_init_anonymous(struct inode *inode, const char *label,
                          const struct inode_operations *operations)
{
    *inode = (struct inode){
        .label = label,
        .number = inode_next_number(),
        .mode = ANONYMOUS_MODE,
        .links = 1,
        .operations = operations,
    };
}

int inode_may_not_open(const struct inode *inode, int flags)
{
    (void)inode;
    (void)flags;
    return -ENXIO;
}

uint64_t inode_next_number(void)
{
    return ++last_number;
}

void inode_begin_times(struct inode *inode)
{
    const struct kernel_timespec now = inode_time_now();

    inode->times = (struct inode_times){now, now, now};
}

struct inode *inode_root(void)
{
    return &root;
}

static const struct inode_operations *operations_of(const struct inode *inode)
{
    switch (inode->mode & S_IFMT) {
    case S_IFREG:
        return &inode_regular_operations;
    case S_IFIFO:
        return &fifo_operations;
    case S_IFCHR:
        return device_operations(inode->rdev);
    default:
        return NULL;
    }
}

void inode_set_operations(struct inode *inode)
{
    inode->operations = operations_of(inode);
    inode->seals = inode_is(inode, S_IFREG) ? F_SEAL_SEAL : 0;
}

static struct inode *inode_alloc(const struct inode *directory, uint32_t mode)
{
    struct inode *inode = object_alloc(&cache);

    if (inode != NULL) {
        list_init(&inode->names);
        inode->number = inode_next_number();
        inode->mode = mode;
        inode->links = inode_is(inode, S_IFDIR) ? DIRECTORY_LINKS : 0;
        inode->size = inode_is(inode, S_IFDIR) ? DIRECTORY_SIZE : 0;
        inode->is_per_process = directory->is_per_process;
        inode->is_fixed = directory->is_fixed;
        inode_begin_times(inode);
    }
    return inode;
}

void inode_free(struct inode *inode)
{
    ASSERT(inode->name == NULL && inode->files == 0);
    ASSERT(inode->locks == NULL && inode->programs == 0);
    if (inode->object != NULL) {
        object_put(inode->object);
    }
    if (inode->has_own_target) {
        kept_text_free(inode->data, inode->size);
        file_system_give_target(inode->size);
    }
    object_free(&cache, inode);
}

/* INODE, if it has been given a NAME; else it is freed. */
static struct inode *keep_if(const struct name *name, struct inode *inode)
{
    if (name == NULL) {
        inode_free(inode);
        return NULL;
    }
    return inode;
}

struct inode *inode_create_hidden(struct inode *directory, uint32_t mode)
{
    struct inode *inode = inode_alloc(directory, mode);

    return inode != NULL ? keep_if(name_create_hidden(directory, inode), inode)
                         : NULL;
}

struct inode *inode_create(struct inode *directory, const char *name,
                           size_t size, uint32_t mode)
{
    struct inode *inode = inode_alloc(directory, mode);

    return inode != NULL
               ? keep_if(name_create(directory, name, size, inode), inode)
               : NULL;
}

struct inode *inode_ensure(struct inode *directory, const char *name,
                           size_t size, uint32_t mode)
{
    struct name *old = name_find(directory, name, size);

    if (old != NULL && inode_is(old->inode, mode & S_IFMT)) {
        return old->inode;
    }
    if (old != NULL) {
        name_remove_tree(old);
    }
    return inode_create(directory, name, size, mode);
}
