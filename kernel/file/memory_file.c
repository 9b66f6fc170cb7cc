/* Files in memory that have no name: see kernel/file/memory_file.h. */
#include "kernel/file/memory_file.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/layout.h"
#include "mm/object.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

#define IN_PAGE     (PAGE_SIZE - 1)
#define PERMISSIONS 0777 /* as Linux gives them */
#define NO_WRITING  (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* A name as it is shown. */
#define SHOWN_NAME_ROOM                                                        \
    (sizeof(MEMORY_FILE_PREFIX) + NAME_MAX + sizeof(MEMORY_FILE_SUFFIX))

struct memory_file {
    struct inode inode;
    unsigned seals;
    char label[SHOWN_NAME_ROOM];
};

static struct object_cache cache = OBJECT_CACHE(cache, struct memory_file);

static struct memory_file *of_inode(const struct inode *inode)
{
    return list_entry(inode, struct memory_file, inode);
}

static void set_size(struct memory_file *memory, uint64_t size)
{
    object_truncate(memory->inode.object, size);
    memory->inode.size = size;
}

static void has_changed(struct memory_file *memory)
{
    memory->inode.mtime = (uint32_t)clock_seconds_since_1970();
}

/* Moves the bytes [offset, offset + size), in one page. Returns how many. */
static size_t read_in_page(struct memory_object *object, uint64_t offset,
                           uaddr_t to, size_t size)
{
    struct object_pin pin;

    if (object_get_page(object, offset >> PAGE_SHIFT, OBJECT_READ, &pin) != 0) {
        return 0;
    }
    const char *from = direct_map(pin.frame);
    size_t copied = copy_to_user_partly(to, from + (offset & IN_PAGE), size);
    object_put_page(&pin);
    return copied;
}

static size_t size_in_page(uint64_t offset, uint64_t end)
{
    return MIN(end - offset, PAGE_SIZE - (offset & IN_PAGE));
}

static int64_t memory_read(struct file *file, uint64_t offset, uaddr_t to,
                           size_t size)
{
    const struct inode *inode = file->inode;
    uint64_t at = offset;
    uint64_t end = MIN(offset + size, inode->size);

    while (at < end) {
        size_t wanted = size_in_page(at, end);
        size_t copied =
            read_in_page(inode->object, at, to + (at - offset), wanted);
        at += copied;
        if (copied < wanted) {
            return at == offset ? -EFAULT : (int64_t)(at - offset);
        }
        if (thread_is_killed()) {
            break;
        }
    }
    return (int64_t)(at - offset);
}

/* Copies to the page at OFFSET, which is not behind the end. Returns how many
 * bytes, or -EXXX. */
static int64_t copy_to_page(struct memory_file *memory, uint64_t offset,
                            uaddr_t from, size_t size)
{
    struct object_pin pin;
    int error = object_get_page(memory->inode.object, offset >> PAGE_SHIFT,
                                OBJECT_WRITE, &pin);

    if (error != 0) {
        return error;
    }
    char *to = direct_map(pin.frame);
    size_t copied = copy_from_user_partly(to + (offset & IN_PAGE), from, size);
    object_put_page(&pin);
    return copied > 0 ? (int64_t)copied : -EFAULT;
}

/* The same, and the file grows by what was copied. */
static int64_t write_in_page(struct memory_file *memory, uint64_t offset,
                             uaddr_t from, size_t size)
{
    uint64_t old_size = memory->inode.size;
    uint64_t end = offset + size;

    if ((memory->seals & NO_WRITING) != 0 ||
        ((memory->seals & F_SEAL_GROW) != 0 && end > old_size)) {
        return -EPERM;
    }
    if (end > old_size) {
        set_size(memory, end);
    }
    int64_t copied = copy_to_page(memory, offset, from, size);
    uint64_t written = copied > 0 ? offset + (uint64_t)copied : 0;
    if (MAX(old_size, written) < memory->inode.size) {
        set_size(memory, MAX(old_size, written));
    }
    return copied;
}

static int64_t memory_write(struct file *file, uint64_t offset, uaddr_t from,
                            size_t size)
{
    struct memory_file *memory = of_inode(file->inode);
    uint64_t start =
        (file->flags & O_APPEND) != 0 ? memory->inode.size : offset;
    uint64_t end = start + size;
    uint64_t at = start;

    int error = size > 0 ? file_limit_end(start, &end) : 0;
    if (error != 0) {
        return error;
    }
    while (at < end) {
        size_t wanted = size_in_page(at, end);
        int64_t copied = write_in_page(memory, at, from + (at - start), wanted);
        if (copied < 0 && at == start) {
            return copied;
        }
        at += copied > 0 ? (uint64_t)copied : 0;
        if (copied < (int64_t)wanted || thread_is_killed()) {
            break;
        }
    }
    if (at > start) {
        has_changed(memory);
    }
    return (int64_t)(at - start);
}

static int memory_truncate(struct inode *inode, uint64_t size)
{
    struct memory_file *memory = of_inode(inode);
    uint64_t end = size;
    int error = size > inode->size ? file_limit_end(size - 1, &end) : 0;

    if (error != 0) {
        return error;
    }
    if ((size < inode->size && (memory->seals & F_SEAL_SHRINK) != 0) ||
        (size > inode->size && (memory->seals & F_SEAL_GROW) != 0)) {
        return -EPERM;
    }
    set_size(memory, size);
    has_changed(memory);
    return 0;
}

static void memory_end(struct inode *inode)
{
    object_put(inode->object);
    object_free(&cache, of_inode(inode));
}

static const struct inode_operations operations = {
    .seek = INODE_SEEK_DATA,
    .read = memory_read,
    .write = memory_write,
    .truncate = memory_truncate,
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
    memory->seals = request->seals;
    memory->inode = (struct inode){
        .label = memory->label,
        .number = inode_next_number(),
        .mode = S_IFREG | PERMISSIONS,
        .uid = request->uid,
        .gid = request->gid,
        .object = object,
        .operations = &operations,
    };
    has_changed(memory);
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
    return file->inode->operations == &operations
               ? (int)of_inode(file->inode)->seals
               : -EINVAL;
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
    of_inode(file->inode)->seals |= (unsigned)seals;
    return 0;
}
