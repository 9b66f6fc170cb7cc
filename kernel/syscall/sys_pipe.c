/* System calls on pipes. */
#include "kernel/syscall/sys_pipe.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/user_copy.h"

#define PIPE_FLAGS (O_CLOEXEC | O_NONBLOCK | O_DIRECT)

int64_t sys_pipe2(uaddr_t to, int flags)
{
    const struct pipe_user user = pipe_user_of(&process_current()->credentials);
    struct file *files[2];
    int fds[2];

    if ((flags & ~PIPE_FLAGS) != 0) {
        return -EINVAL;
    }
    int error = pipe_create(&user, flags, files);
    if (error != 0) {
        return error;
    }
    error = process_reserve_two_files(fds);
    if (error == 0) {
        error = copy_to_user(to, fds, sizeof(fds));
    }
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        if (error != 0) {
            file_put(files[i]);
        } else {
            file_table_set(process_current()->files, fds[i], files[i], flags);
        }
    }
    return error;
}

int64_t sys_pipe_size(struct file *file, int command, uint64_t size)
{
    const struct pipe_user user = pipe_user_of(&process_current()->credentials);

    return command == F_GETPIPE_SZ ? pipe_size(file)
                                   : pipe_resize(file, &user, size);
}
