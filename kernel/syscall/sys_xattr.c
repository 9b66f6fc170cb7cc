/* Extended attributes: no file has any, and none can be given. Who asks gets
 * the answers of Linux' tmpfs. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "mm/user_copy.h"

#define NAME_SIZE 256 /* with the zero byte */

/* The kinds of attributes that a file could have, and whole names. */
static const char *const kinds[] = {"security.", "trusted."};
static const char *const names[] = {"system.posix_acl_access",
                                    "system.posix_acl_default"};

static int find_path(uaddr_t path, int flags, struct place *found)
{
    return path_argument_find(AT_FDCWD, path, flags, found);
}

static int find_file(int fd)
{
    return file_table_find(process_current()->files, fd) == NULL ? -EBADF : 0;
}

/* Why the attribute called NAME can't be had. */
static int refuse(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        size_t size = strlen(kinds[i]);
        if (strncmp(name, kinds[i], size) == 0) {
            return name[size] == '\0' ? -EINVAL : -ENODATA;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            return -ENODATA;
        }
    }
    return -EOPNOTSUPP;
}

static int64_t get(uaddr_t from)
{
    char name[NAME_SIZE];
    int64_t length = copy_string_from_user(name, from, sizeof(name));

    if (length == -ENAMETOOLONG || length == 0) {
        return -ERANGE;
    }
    return length < 0 ? length : refuse(name);
}

int64_t sys_getxattr(uaddr_t path, uaddr_t name, int flags)
{
    struct place found;
    int error = find_path(path, flags, &found);

    return error != 0 ? error : get(name);
}

int64_t sys_fgetxattr(int fd, uaddr_t name)
{
    int error = find_file(fd);
    return error != 0 ? error : get(name);
}

int64_t sys_listxattr(uaddr_t path, int flags)
{
    struct place found;
    return find_path(path, flags, &found);
}

int64_t sys_flistxattr(int fd)
{
    return find_file(fd);
}

/* setxattr and removexattr. */
int64_t sys_change_xattr(uaddr_t path, int flags)
{
    struct place found;
    int error = find_path(path, flags, &found);

    return error != 0 ? error : -EOPNOTSUPP;
}

int64_t sys_fchange_xattr(int fd)
{
    int error = find_file(fd);
    return error != 0 ? error : -EOPNOTSUPP;
}
