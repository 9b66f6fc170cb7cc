/* From a path to an open file. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file/fifo.h"
#include "kernel/file/file.h"
#include "kernel/file/path.h"
#include "kernel/file/permission.h"
#include "kernel/file/regular.h"
#include "kernel/file/tree.h"
#include "kernel/lib.h"

/* What of the flags is for opening alone. */
#define OPEN_ONLY                                                              \
    (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC | FILE_TO_EXECUTE)

/* What counts beside O_PATH. */
#define PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW)

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
    bool is_new = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;

    return (flags & O_NOFOLLOW) == 0 && !is_new ? PATH_FOLLOW : 0;
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
    if ((flags & FILE_TO_EXECUTE) != 0 && !inode_is(inode, S_IFREG)) {
        return -EACCES;
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

/* INODE, a regular file, is going to be opened with FLAGS: one that a process
 * runs can't be written. */
static int prepare_regular(struct inode *inode, int flags)
{
    bool is_to_write = file_is_for_writing(flags);

    if (!is_to_write && (flags & O_TRUNC) == 0) {
        return 0;
    }
    if (inode->programs > 0) {
        return -ETXTBSY;
    }
    return is_to_write ? regular_prepare_to_write(inode) : 0;
}

static int prepare(const struct credentials *who, struct inode *inode,
                   int flags)
{
    if ((flags & O_PATH) != 0) {
        return 0;
    }
    if (fifo_is(inode)) {
        return fifo_prepare(inode, who);
    }
    return regular_is(inode) ? prepare_regular(inode, flags) : 0;
}

/* A file of what was FOUND, which is prepared. */
static struct file *create_file(struct place found, int flags)
{
    struct file *file = file_create(found, flags & ~OPEN_ONLY);

    if (file == NULL) {
        if (fifo_is(found.inode)) {
            fifo_cancel(found.inode);
        }
        return NULL;
    }
    file->is_writer = file_is_for_writing(flags) && (flags & O_PATH) == 0;
    found.inode->writers += file->is_writer;
    return file;
}

/* What opening does beside making FILE. */
static int finish(struct file *file, int flags)
{
    if ((flags & O_PATH) != 0) {
        return 0;
    }
    if (fifo_is(file->inode)) {
        return fifo_wait(file);
    }
    return (flags & O_TRUNC) != 0 && regular_is(file->inode)
               ? regular_truncate(file->inode, 0)
               : 0;
}

/* Opens what was FOUND, which is new or may be opened, for WHO. */
static int open_place(const struct credentials *who, struct place found,
                      int flags, struct file **result)
{
    int error = prepare(who, found.inode, flags);

    if (error != 0) {
        return error;
    }
    struct file *file = create_file(found, flags);
    if (file == NULL) {
        return -ENOMEM;
    }
    error = finish(file, flags);
    if (error != 0) {
        file_put(file);
        return error;
    }
    *result = file;
    return 0;
}

/* O_TMPFILE: only who has it open finds it, until it is linked. */
static int open_unnamed(const struct credentials *who, struct place directory,
                        const char *path, const struct file_request *request,
                        struct file **result)
{
    struct place found;
    int flags = request->flags;

    if ((flags & O_DIRECTORY) == 0 || !file_is_for_writing(flags)) {
        return -EINVAL;
    }
    int error = path_find(who, directory, path, PATH_FOLLOW, &found);
    if (error == 0 && !inode_is(found.inode, S_IFDIR)) {
        error = -ENOTDIR;
    }
    if (error == 0) {
        error = tree_create_unnamed(who, found, request->mode, &found);
    }
    if (error != 0) {
        return error;
    }
    found.inode->is_linkable = (flags & O_EXCL) == 0;
    error = open_place(who, found, flags & ~(O_TRUNC | O_DIRECTORY), result);
    name_remove(found.name);
    return error;
}

int file_open_or_create(const struct credentials *who, struct place directory,
                        const char *path, const struct file_request *request,
                        struct file **result)
{
    int flags = request->flags;
    struct path_end end = {.size = 0};
    struct place found;

    if ((flags & O_PATH) != 0) {
        flags &= PATH_FLAGS;
    } else if ((flags & O_CREAT) != 0 && (flags & O_DIRECTORY) != 0) {
        return -EINVAL;
    } else if ((flags & O_TMPFILE) != 0) {
        return open_unnamed(who, directory, path, request, result);
    }
    int error =
        (flags & O_CREAT) != 0
            ? path_find_or_end(who, directory, path, lookup_flags(flags),
                               &found, &end)
            : path_find(who, directory, path, lookup_flags(flags), &found);
    if (error == -ENOENT && end.size > 0) {
        const struct tree_kind kind = {.mode = S_IFREG | request->mode};
        error = tree_create(who, &end, kind, &found);
    } else if (error == 0) {
        error = may_open(who, found, flags);
    }
    return error != 0 ? error : open_place(who, found, flags, result);
}

int file_truncate_place(struct place place, uint64_t size)
{
    struct inode *inode = place.inode;

    if (!regular_is(inode)) {
        return 0; /* of /proc: nothing happens */
    }
    int error = prepare_regular(inode, O_WRONLY);
    return error != 0 ? error : regular_truncate(inode, size);
}

int file_open(const struct credentials *who, struct place directory,
              const char *path, int flags, struct file **result)
{
    const struct file_request request = {.flags = flags};

    ASSERT((flags & O_CREAT) == 0);
    return file_open_or_create(who, directory, path, &request, result);
}
