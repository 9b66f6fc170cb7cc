/* lseek, as the kinds of files mean it. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/file.h"

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

/* SEEK_DATA and SEEK_HOLE in a file without holes, but for the one behind its
 * end. */
static int64_t find_data(const struct file *file, int64_t offset, int whence)
{
    int64_t size = (int64_t)file->inode->size;
    if (offset < 0 || offset >= size) {
        return -ENXIO;
    }
    return whence == SEEK_DATA ? offset : size;
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
