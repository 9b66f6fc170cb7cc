/* Open files. */
#include "kernel/file/file.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/epoll.h"
#include "kernel/file/file_lock.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/name.h"
#include "kernel/lib.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

static struct object_cache cache = OBJECT_CACHE(cache, struct file);
static struct list files = LIST_EMPTY(files); /* all that are open */

struct place file_root(void)
{
    return name_place(inode_root()->name);
}

struct file *file_create(struct place place, int flags)
{
    struct file *file = object_alloc(&cache);

    if (file != NULL) {
        file->name = place.name;
        if (place.name != NULL) {
            name_get(place.name);
        }
        file->inode = place.inode;
        file->pid = place.pid;
        file->number = place.number;
        file->flags = flags;
        file->references = 1;
        file->inode->files++;
        list_append(&files, &file->all);
        list_init(&file->epoll_items);
        const struct inode_operations *operations = place.inode->operations;
        if (operations != NULL && operations->opened != NULL) {
            operations->opened(file);
        }
    }
    return file;
}

struct file *file_get(struct file *file)
{
    ASSERT(file->references > 0);
    file->references++;
    return file;
}

/* FILE is open no more. */
static void end_inode(const struct file *file)
{
    struct inode *inode = file->inode;

    ASSERT(inode->files > 0);
    inode->files--;
    inode->writers -= file->is_writer;
    if (inode->files == 0 && inode->operations != NULL &&
        inode->operations->end != NULL) {
        inode->operations->end(inode);
    }
}

void file_put(struct file *file)
{
    const struct inode_operations *operations = file->inode->operations;

    ASSERT(file->references > 0);
    if (--file->references != 0) {
        return;
    }
    list_remove(&file->all);
    epoll_forget(file);
    file_lock_leave(file->inode, FILE_LOCK_WHOLE, file);
    file_lock_leave(file->inode, FILE_LOCK_RANGE, file);
    if (operations != NULL && operations->release != NULL) {
        operations->release(file);
    }
    if (file->cursor != NULL) {
        name_cursor_free(file->cursor);
    }
    end_inode(file);
    if (file->name != NULL) {
        name_put(file->name);
    }
    object_free(&cache, file);
}

const struct file *file_next(const struct file *file)
{
    const struct list *node =
        list_next(&files, file == NULL ? &files : &file->all);

    return node != NULL ? list_entry(node, struct file, all) : NULL;
}

int file_truncate(struct file *file, uint64_t size)
{
    const struct inode_operations *operations = file->inode->operations;

    if (!inode_is(file->inode, S_IFREG) || !file_is_for_writing(file->flags) ||
        operations->truncate == NULL) {
        return -EINVAL;
    }
    return operations->truncate(file->inode, size);
}

/* What read and write refuse alike, after the file's own rules. */
static int check_transfer(const struct file *file, uint64_t offset,
                          uaddr_t buffer, uint64_t size)
{
    if (!is_user_range(buffer, size)) {
        return -EFAULT;
    }
    return file_has_offset(file) && offset + size > INT64_MAX ? -EINVAL : 0;
}

int64_t file_read(struct file *file, uint64_t offset, uaddr_t to, uint64_t size)
{
    const struct inode_operations *operations = file->inode->operations;

    if (!file_is_for_reading(file->flags)) {
        return -EBADF;
    }
    if (inode_is(file->inode, S_IFDIR)) {
        return is_user_range(to, size) ? -EISDIR : -EFAULT;
    }
    if (operations->read == NULL) {
        return -EINVAL;
    }
    int error = check_transfer(file, offset, to, size);
    if (error != 0) {
        return error;
    }
    return operations->read(file, offset, to, MIN(size, FILE_TRANSFER_MAX));
}

int64_t file_write(struct file *file, uint64_t offset, uaddr_t from,
                   uint64_t size)
{
    const struct inode_operations *operations = file->inode->operations;

    if (!file_is_for_writing(file->flags)) {
        return -EBADF;
    }
    if (operations->write == NULL) {
        return -EINVAL;
    }
    int error = check_transfer(file, offset, from, size);
    if (error != 0) {
        return error;
    }
    return operations->write(file, offset, from, MIN(size, FILE_TRANSFER_MAX));
}
