/* Paths as system calls get them. */
#include "kernel/syscall/path_argument.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/user_copy.h"

/* The place behind a descriptor, and whether it can be looked up from. */
static int find_start(int directory, struct place *start)
{
    const struct process *process = process_current();

    if (directory == AT_FDCWD) {
        *start = process->context->directory;
        return 0;
    }
    const struct file *file = file_table_find_any(process->files, directory);
    if (file == NULL) {
        return -EBADF;
    }
    *start = file_place(file);
    return 0;
}

int path_argument_get(int directory, uaddr_t path,
                      struct path_argument *argument)
{
    char *text = argument->text;
    int64_t length = copy_string_from_user(text, path, PATH_MAX);
    if (length <= 0) {
        return length == 0 ? -ENOENT : (int)length;
    }
    if (text[0] == '/') {
        argument->start = file_root();
        return 0;
    }
    int error = find_start(directory, &argument->start);
    if (error != 0) {
        return error;
    }
    return inode_is(argument->start.inode, S_IFDIR) ? 0 : -ENOTDIR;
}

bool path_argument_is_empty(uaddr_t path)
{
    char first;
    return copy_from_user(&first, path, 1) == 0 && first == '\0';
}

int path_argument_find_for(const struct credentials *who, int directory,
                           uaddr_t path, int flags, struct place *found)
{
    unsigned follow = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? 0 : PATH_FOLLOW;
    struct path_argument argument;

    if ((flags & AT_EMPTY_PATH) != 0 && path_argument_is_empty(path)) {
        return find_start(directory, found);
    }
    int error = path_argument_get(directory, path, &argument);
    if (error != 0) {
        return error;
    }
    return path_find(who, argument.start, argument.text, follow, found);
}

int path_argument_find(int directory, uaddr_t path, int flags,
                       struct place *found)
{
    return path_argument_find_for(&process_current()->credentials, directory,
                                  path, flags, found);
}
