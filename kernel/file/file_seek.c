/* lseek, as the kinds of files mean it. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/file.h"
#include "kernel/lib.h"
#include "mm/object.h"

/* Where OFFSET counts from. Returns 0 or more, or -EINVAL. */
static int64_t base_of(const struct file *file, enum inode_seek seek,
                       int whence)
{
    switch (whence) {
    case SEEK_SET:
        return 0;
    case SEEK_CUR:
        return (int64_t)file->offset;
    case SEEK_END:
        return seek == INODE_SEEK_DATA ? (int64_t)file->inode->size : -EINVAL;
    default:
        return -EINVAL;
    }
}

/* The same in a file whose pages may be missing: from OFFSET on to the first
 * that is there, or is not. */
static uint64_t find_page(struct memory_object *object, uint64_t offset,
                          int whence)
{
    uint64_t first = offset >> PAGE_SHIFT;
    uint64_t found = whence == SEEK_DATA ? object_find_page(object, first)
                                         : object_find_hole(object, first);

    return MAX(offset, MIN(found << PAGE_SHIFT, object->size));
}

/* SEEK_DATA and SEEK_HOLE. There is a hole behind each end; files that are kept
 * in one piece have no other. */
static int64_t find_data(const struct file *file, int64_t offset, int whence)
{
    const struct inode *inode = file->inode;
    int64_t size = (int64_t)inode->size;

    if (offset < 0 || offset >= size) {
        return -ENXIO;
    }
    if (inode->object == NULL || inode->data != NULL) {
        return whence == SEEK_DATA ? offset : size;
    }
    int64_t found = (int64_t)find_page(inode->object, (uint64_t)offset, whence);
    return whence == SEEK_DATA && found == size ? -ENXIO : found;
}

static int64_t target_of(const struct file *file, enum inode_seek seek,
                         int64_t offset, int whence)
{
    int64_t target;

    if (seek == INODE_SEEK_DATA &&
        (whence == SEEK_DATA || whence == SEEK_HOLE)) {
        return find_data(file, offset, whence);
    }
    int64_t base = base_of(file, seek, whence);
    if (base < 0) {
        return base;
    }
    if (__builtin_add_overflow(base, offset, &target) || target < 0) {
        return -EINVAL;
    }
    return target;
}

static enum inode_seek seek_of(const struct file *file)
{
    bool is_directory = inode_is(file->inode, S_IFDIR);
    return is_directory ? INODE_SEEK_TEXT : file->inode->operations->seek;
}

bool file_has_offset(const struct file *file)
{
    enum inode_seek seek = seek_of(file);
    return seek == INODE_SEEK_DATA || seek == INODE_SEEK_TEXT;
}

bool file_can_seek(const struct file *file)
{
    enum inode_seek seek = seek_of(file);
    return seek != INODE_SEEK_NONE && seek != INODE_SEEK_VOID;
}

int64_t file_seek(struct file *file, int64_t offset, int whence)
{
    enum inode_seek seek = seek_of(file);

    if (whence < SEEK_SET || whence > SEEK_HOLE) {
        return -EINVAL;
    }
    if (seek == INODE_SEEK_NONE) {
        return -ESPIPE;
    }
    if (seek == INODE_SEEK_ZERO || seek == INODE_SEEK_VOID) {
        file->offset = 0;
        return 0;
    }
    int64_t target = target_of(file, seek, offset, whence);
    if (target >= 0) {
        file->offset = (uint64_t)target;
    }
    return target;
}

void file_advance(struct file *file, enum file_transfer transfer,
                  uint64_t moved)
{
    bool is_appended = transfer == FILE_WRITE &&
                       (file->flags & O_APPEND) != 0 &&
                       seek_of(file) == INODE_SEEK_DATA;

    file->offset = is_appended ? file->inode->size : file->offset + moved;
}
