/* Paths as system calls get them. */
#include "kernel/syscall/path_argument.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user_copy.h"

int path_argument_place(int directory, struct place *start)
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

/* To TEXT, PATH_MAX bytes. */
static int copy_text(char *text, uaddr_t path)
{
    int64_t length = copy_string_from_user(text, path, PATH_MAX);

    if (length <= 0) {
        return length == 0 ? -ENOENT : (int)length;
    }
    return 0;
}

void path_copy_get(struct path_copy *copy, uaddr_t path)
{
    static_assert(PATH_MAX <= FRAME_SIZE, "a path fits into a frame");
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);

    copy->text = frame != PADDR_NONE ? direct_map(frame) : NULL;
    copy->error = copy->text != NULL ? copy_text(copy->text, path) : -ENOMEM;
}

void path_copy_put(const struct path_copy *copy)
{
    if (copy->text != NULL) {
        int error = frame_free(direct_map_address(copy->text));
        ASSERT_CMP(error, ==, 0);
    }
}

int path_start(int directory, const char *text, struct place *start)
{
    if (text[0] == '/') {
        *start = file_root();
        return 0;
    }
    int error = path_argument_place(directory, start);
    if (error != 0) {
        return error;
    }
    return inode_is(start->inode, S_IFDIR) ? 0 : -ENOTDIR;
}

int path_argument_get(int directory, uaddr_t path,
                      struct path_argument *argument)
{
    int error = copy_text(argument->text, path);

    return error != 0 ? error
                      : path_start(directory, argument->text, &argument->start);
}

int path_argument_end(int directory, uaddr_t path,
                      struct path_argument *argument, struct path_end *end)
{
    int error = path_argument_get(directory, path, argument);

    return error != 0 ? error
                      : path_find_end(&process_current()->credentials,
                                      argument->start, argument->text, end);
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
        return path_argument_place(directory, found);
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
