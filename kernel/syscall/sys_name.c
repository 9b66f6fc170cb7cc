/* System calls that make, remove and rename what is in directories. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

#define PERMISSIONS_OF_DIRECTORY (0777 | S_ISVTX)
#define RENAME_FLAGS             (RENAME_NOREPLACE | RENAME_EXCHANGE)

static const struct credentials *caller(void)
{
    return &process_current()->credentials;
}

static uint32_t without_umask(uint32_t mode)
{
    return mode & ~process_current()->context->umask;
}

int64_t sys_mkdirat(int directory, uaddr_t path, uint32_t mode)
{
    const uint32_t permissions = without_umask(mode & PERMISSIONS_OF_DIRECTORY);
    const struct tree_kind kind = {.mode = S_IFDIR | permissions};
    struct path_argument argument;
    struct path_end end;
    struct place created;
    int error = path_argument_end(directory, path, &argument, &end);

    return error != 0 ? error : tree_create(caller(), &end, kind, &created);
}

/* What can be made by mknod, of which only root makes devices. */
static int check_node(uint32_t type)
{
    switch (type) {
    case S_IFREG:
    case S_IFIFO:
    case S_IFSOCK:
        return 0;
    case S_IFCHR:
    case S_IFBLK:
        return caller()->user.file == ID_ROOT ? 0 : -EPERM;
    case S_IFDIR:
        return -EPERM;
    default:
        return -EINVAL;
    }
}

int64_t sys_mknodat(int directory, uaddr_t path, uint32_t mode, uint32_t device)
{
    uint32_t type = (mode & S_IFMT) != 0 ? mode & S_IFMT : S_IFREG;
    bool is_device = type == S_IFCHR || type == S_IFBLK;
    const struct tree_kind kind = {
        .mode = type | without_umask(mode & S_PERMISSIONS),
        .rdev = is_device ? device : 0,
    };
    struct path_argument argument;
    struct path_end end;
    struct place created;

    int error = check_node(type);
    if (error != 0 && !is_device) {
        return error;
    }
    int path_error = path_argument_end(directory, path, &argument, &end);
    if (path_error != 0) {
        return path_error;
    }
    return error != 0 ? tree_refuse_device(caller(), &end)
                      : tree_create(caller(), &end, kind, &created);
}

int64_t sys_unlinkat(int directory, uaddr_t path, int flags)
{
    struct path_argument argument;
    struct path_end end;

    if ((flags & ~AT_REMOVEDIR) != 0) {
        return -EINVAL;
    }
    int error = path_argument_end(directory, path, &argument, &end);
    if (error != 0) {
        return error;
    }
    return (flags & AT_REMOVEDIR) != 0 ? tree_rmdir(caller(), &end)
                                       : tree_unlink(caller(), &end);
}

/* Where the path of COPY ends. */
static int find_end(const struct path_copy *copy, int directory,
                    struct path_end *end)
{
    struct place start;

    if (copy->error != 0) {
        return copy->error;
    }
    int error = path_start(directory, copy->text, &start);
    return error != 0 ? error : path_find_end(caller(), start, copy->text, end);
}

int64_t sys_symlinkat(uaddr_t from, int directory, uaddr_t path)
{
    struct path_copy target;
    struct path_argument argument;
    struct path_end end;

    path_copy_get(&target, from);
    int error = target.error;
    if (error == 0) {
        error = path_argument_end(directory, path, &argument, &end);
    }
    if (error == 0) {
        error = tree_symlink(caller(), &end, target.text, strlen(target.text));
    }
    path_copy_put(&target);
    return error;
}

/* What the path of COPY leads to. For root, an empty one may be what DIRECTORY
 * itself is. */
static int find_old(const struct path_copy *copy, int directory, int flags,
                    struct place *old)
{
    unsigned follow = (flags & AT_SYMLINK_FOLLOW) != 0 ? PATH_FOLLOW : 0;
    bool may_be_empty =
        (flags & AT_EMPTY_PATH) != 0 && caller()->user.file == ID_ROOT;
    struct place start;

    if (copy->error == -ENOENT && may_be_empty) {
        return path_argument_place(directory, old);
    }
    if (copy->error != 0) {
        return copy->error;
    }
    int error = path_start(directory, copy->text, &start);
    return error != 0 ? error
                      : path_find(caller(), start, copy->text, follow, old);
}

static int link(const struct path_copy *old, int old_directory,
                const struct path_copy *new, int new_directory, int flags)
{
    struct path_end end;
    struct place found;
    int error = find_old(old, old_directory, flags, &found);

    if (error == 0) {
        error = find_end(new, new_directory, &end);
    }
    return error != 0 ? error : tree_link(caller(), found, &end);
}

int64_t sys_linkat(int old_directory, uaddr_t old, int new_directory,
                   uaddr_t new, int flags)
{
    struct path_copy old_path, new_path;

    if ((flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) != 0) {
        return -EINVAL;
    }
    path_copy_get(&old_path, old);
    path_copy_get(&new_path, new);
    int error = link(&old_path, old_directory, &new_path, new_directory, flags);
    path_copy_put(&old_path);
    path_copy_put(&new_path);
    return error;
}

static int rename(const struct path_copy *old, int old_directory,
                  const struct path_copy *new, int new_directory,
                  unsigned flags)
{
    struct path_end old_end, new_end;
    int error = find_end(old, old_directory, &old_end);

    if (error == 0) {
        error = find_end(new, new_directory, &new_end);
    }
    return error != 0 ? error
                      : tree_rename(caller(), &old_end, &new_end, flags);
}

int64_t sys_renameat2(int old_directory, uaddr_t old, int new_directory,
                      uaddr_t new, unsigned flags)
{
    struct path_copy old_path, new_path;

    if ((flags & ~RENAME_FLAGS) != 0 || flags == RENAME_FLAGS) {
        return -EINVAL;
    }
    path_copy_get(&old_path, old);
    path_copy_get(&new_path, new);
    int error =
        rename(&old_path, old_directory, &new_path, new_directory, flags);
    path_copy_put(&old_path);
    path_copy_put(&new_path);
    return error;
}
