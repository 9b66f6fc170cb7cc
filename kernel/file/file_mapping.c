/* Files in memory: see kernel/file/file_mapping.h. */
#include "kernel/file/file_mapping.h"

#include "kernel/abi/errno.h"
#include "kernel/file/file_system.h"
#include "kernel/file/regular.h"
#include "kernel/lib.h"
#include "mm/aspace.h"
#include "mm/object_cache.h"

#define SHARED_NAME        "/dev/zero (deleted)"
#define SHARED_PERMISSIONS 0777 /* as Linux gives them */

static struct object_cache cache = OBJECT_CACHE(cache, struct inode);

/* Shared anonymous memory is one open file, and with that its inode goes. */
static void end(struct inode *inode)
{
    object_put(inode->object);
    object_free(&cache, inode);
}

static const struct inode_operations shared_operations = {
    .end = end,
};

void area_file_get(struct file *file)
{
    const struct inode *inode = file_get(file)->inode;

    if (inode_counts_areas(inode)) {
        inode->operations->mapped(file);
    }
}

void area_file_put(struct file *file)
{
    const struct inode *inode = file->inode;

    if (inode_counts_areas(inode)) {
        inode->operations->unmapped(file);
    }
    file_put(file);
}

bool aspace_file_may_be_probed(const struct file *file)
{
    return file->inode->operations == &shared_operations ||
           file_may_be_probed(file->inode);
}

bool file_can_be_mapped(const struct file *file)
{
    const struct inode *inode = file->inode;

    return inode_is_zeros(inode) || inode->object != NULL || regular_is(inode);
}

int inode_object(struct inode *inode, struct memory_object **object)
{
    if (inode->object == NULL && !inode_is_zeros(inode)) {
        inode->object = object_create(inode->size, inode->data);
        if (inode->object == NULL) {
            return -ENOMEM;
        }
        inode->object->account = &file_system.pages;
    }
    *object = inode->object;
    return 0;
}

static struct inode *create_shared_inode(uint64_t size)
{
    static uint64_t last_number;
    struct inode *inode = object_alloc(&cache);

    if (inode == NULL) {
        return NULL;
    }
    struct memory_object *object = object_create(size, NULL);
    if (object == NULL) {
        object_free(&cache, inode);
        return NULL;
    }
    *inode = (struct inode){
        .label = SHARED_NAME,
        .number = ++last_number,
        .mode = S_IFREG | SHARED_PERMISSIONS,
        .links = 0,
        .size = size,
        .object = object,
        .operations = &shared_operations,
    };
    return inode;
}

struct file *file_create_shared(uint64_t size)
{
    struct inode *inode = create_shared_inode(size);

    if (inode == NULL) {
        return NULL;
    }
    struct file *file = file_create((struct place){.inode = inode}, O_RDWR);
    if (file == NULL) {
        object_put(inode->object);
        object_free(&cache, inode);
    }
    return file;
}
