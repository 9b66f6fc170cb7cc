/* Open files. */
#include "kernel/file/file.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/base.h"
#include "kernel/file/epoll.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/path.h"
#include "kernel/file/permission.h"
#include "kernel/lib.h"
#include "kernel/thread.h"
#include "mm/object_cache.h"
#include "mm/user_copy.h"

/* What of the flags is for opening alone. */
#define OPEN_ONLY                                                              \
    (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC | FILE_TO_EXECUTE)

/* What a read of a regular file copies before it looks for signals. */
#define READ_PIECE MIB

/* What counts beside O_PATH. */
#define PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW)

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

/* A file of INODE less is open. */
static void end_inode(struct inode *inode)
{
    ASSERT(inode->files > 0);
    inode->files--;
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
    if (operations != NULL && operations->release != NULL) {
        operations->release(file);
    }
    if (file->cursor != NULL) {
        name_cursor_free(file->cursor);
    }
    end_inode(file->inode);
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

/* What opening with FLAGS needs, of R_OK, W_OK and X_OK. Mode 3 means both,
 * though neither is possible then. */
static int wanted_by(int flags)
{
    static const int modes[] = {
        [O_RDONLY] = R_OK,
        [O_WRONLY] = W_OK,
        [O_RDWR] = R_OK | W_OK,
        [O_ACCMODE] = R_OK | W_OK,
    };

    if ((flags & FILE_TO_EXECUTE) != 0) {
        return X_OK;
    }
    return modes[flags & O_ACCMODE] | ((flags & O_TRUNC) != 0 ? W_OK : 0);
}

static unsigned lookup_flags(int flags)
{
    unsigned lookup = 0;
    bool is_new = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;

    if ((flags & O_NOFOLLOW) == 0 && !is_new) {
        lookup |= PATH_FOLLOW;
    }
    if ((flags & O_CREAT) != 0) {
        lookup |= PATH_CREATE;
    }
    return lookup;
}

/* May WHO open what was FOUND with FLAGS? */
static int may_open(const struct credentials *who, struct place found,
                    int flags)
{
    const struct inode *inode = found.inode;
    bool is_directory = inode_is(inode, S_IFDIR);

    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
        return -EEXIST;
    }
    if ((flags & O_CREAT) != 0 && is_directory) {
        return -EISDIR;
    }
    if ((flags & O_DIRECTORY) != 0 && !is_directory) {
        return -ENOTDIR;
    }
    if ((flags & O_PATH) != 0) {
        return 0;
    }
    if (inode_is(inode, S_IFLNK)) {
        return -ELOOP;
    }
    if (is_directory && (wanted_by(flags) & W_OK) != 0) {
        return -EISDIR;
    }
    int error = place_permission(found, who, wanted_by(flags));
    if (error != 0 || is_directory) {
        return error;
    }
    const struct inode_operations *operations = inode->operations;
    if (operations == NULL) {
        return -ENXIO;
    }
    return operations->may_open != NULL ? operations->may_open(inode, flags)
                                        : 0;
}

/* Files without a name: only to be refused. */
static int open_unnamed(const struct credentials *who, struct place directory,
                        const char *path, int flags)
{
    struct place found;

    if ((flags & O_DIRECTORY) == 0 || !file_is_for_writing(flags)) {
        return -EINVAL;
    }
    int error = path_find(who, directory, path, PATH_FOLLOW, &found);
    if (error != 0) {
        return error;
    }
    return inode_is(found.inode, S_IFDIR) ? -EROFS : -ENOTDIR;
}

/* Regular files of the kernel's stay as long as they are. */
static int truncate_to(struct file *file, uint64_t size)
{
    struct inode *inode = file->inode;
    bool can_change = inode_is(inode, S_IFREG) && inode->operations != NULL &&
                      inode->operations->truncate != NULL;

    return can_change ? inode->operations->truncate(inode, size) : 0;
}

int file_truncate(struct file *file, uint64_t size)
{
    if (!inode_is(file->inode, S_IFREG) || !file_is_for_writing(file->flags)) {
        return -EINVAL;
    }
    return truncate_to(file, size);
}

int file_open(const struct credentials *who, struct place directory,
              const char *path, int flags, struct file **result)
{
    struct place found;

    if ((flags & O_PATH) != 0) {
        flags &= PATH_FLAGS;
    } else if ((flags & O_TMPFILE) != 0) {
        return open_unnamed(who, directory, path, flags);
    }
    int error = path_find(who, directory, path, lookup_flags(flags), &found);
    if (error == 0) {
        error = may_open(who, found, flags);
    }
    if (error != 0) {
        return error;
    }
    struct file *file = file_create(found, flags & ~OPEN_ONLY);
    if (file == NULL) {
        return -ENOMEM;
    }
    error = (flags & O_TRUNC) != 0 ? truncate_to(file, 0) : 0;
    if (error != 0) {
        file_put(file);
        return error;
    }
    *result = file;
    return 0;
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

/* The bytes of a regular file from OFFSET, SIZE at most. */
static size_t bytes_at(const struct inode *inode, uint64_t offset, size_t size)
{
    return offset < inode->size ? MIN(size, inode->size - offset) : 0;
}

static int64_t regular_read(struct file *file, uint64_t offset, uaddr_t to,
                            size_t size)
{
    const char *data = file->inode->data;
    size_t wanted = bytes_at(file->inode, offset, size);
    size_t done = 0;

    while (done < wanted) {
        size_t piece = MIN(wanted - done, (size_t)READ_PIECE);
        size_t copied =
            copy_to_user_partly(to + done, data + offset + done, piece);
        done += copied;
        if (copied < piece) {
            return done == 0 ? -EFAULT : (int64_t)done;
        }
        if (done < wanted && thread_is_killed()) {
            break;
        }
    }
    return (int64_t)done;
}

const struct inode_operations inode_regular_operations = {
    .seek = INODE_SEEK_DATA,
    .read = regular_read,
};
