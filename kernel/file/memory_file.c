/* Files in memory that have no name: see kernel/file/memory_file.h. */
#include "kernel/file/memory_file.h"

#include "kernel/abi/errno.h"
#include "kernel/file/regular.h"
#include "kernel/lib.h"
#include "mm/object.h"
#include "mm/object_cache.h"

#define PERMISSIONS 0777 /* as Linux gives them */
#define NO_WRITING  (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* A name as it is shown. */
#define SHOWN_NAME_ROOM                                                        \
    (sizeof(MEMORY_FILE_PREFIX) + NAME_MAX + sizeof(MEMORY_FILE_SUFFIX))

struct memory_file {
    struct inode inode;
    char label[SHOWN_NAME_ROOM];
};

static struct object_cache cache = OBJECT_CACHE(cache, struct memory_file);

static struct memory_file *of_inode(const struct inode *inode)
{
    return list_entry(inode, struct memory_file, inode);
}

static void memory_end(struct inode *inode)
{
    object_put(inode->object);
    object_free(&cache, of_inode(inode));
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_DATA,
    .read = regular_read,
    .write = regular_write,
    .take = regular_take,
    .truncate = regular_truncate,
    .end = memory_end,
};

static struct memory_file *create(const struct memory_file_request *request)
{
    struct memory_file *memory = object_alloc(&cache);

    if (memory == NULL) {
        return NULL;
    }
    struct memory_object *object = object_create(0, NULL);
    if (object == NULL) {
        object_free(&cache, memory);
        return NULL;
    }
    snprintf(memory->label, sizeof(memory->label), "%s%s%s", MEMORY_FILE_PREFIX,
             request->name, MEMORY_FILE_SUFFIX);
    memory->inode = (struct inode){
        .label = memory->label,
        .number = inode_next_number(),
        .mode = S_IFREG | PERMISSIONS,
        .uid = request->uid,
        .gid = request->gid,
        .object = object,
        .seals = request->seals,
        .operations = &operations,
    };
    inode_begin_times(&memory->inode);
    return memory;
}

struct file *memory_file_create(const struct memory_file_request *request)
{
    struct memory_file *memory = create(request);

    if (memory == NULL) {
        return NULL;
    }
    struct place place = {.inode = &memory->inode};
    struct file *file = file_create(place, O_RDWR | O_LARGEFILE);
    if (file == NULL) {
        object_put(memory->inode.object);
        object_free(&cache, memory);
    }
    return file;
}

int memory_file_seals(const struct file *file)
{
    return regular_is(file->inode) ? (int)file->inode->seals : -EINVAL;
}

bool memory_file_may_be_written(const struct file *file)
{
    int seals = memory_file_seals(file);

    return seals < 0 || ((unsigned)seals & NO_WRITING) == 0;
}

int memory_file_add_seals(struct file *file, uint64_t seals)
{
    int old = memory_file_seals(file);

    if (seals > UINT32_MAX) {
        return -EINVAL;
    }
    if (!file_is_for_writing(file->flags)) {
        return -EPERM;
    }
    if ((seals & ~(uint64_t)F_SEALS) != 0 || old < 0) {
        return -EINVAL;
    }
    if ((old & F_SEAL_SEAL) != 0) {
        return -EPERM;
    }
    bool is_closed = (seals & F_SEAL_WRITE) != 0 && (old & F_SEAL_WRITE) == 0;
    if (is_closed && object_has_writing_area(file->inode->object)) {
        return -EBUSY;
    }
    file->inode->seals |= (unsigned)seals;
    return 0;
}
