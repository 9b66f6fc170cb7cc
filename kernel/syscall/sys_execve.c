/* execve: from a program's pointers to strings on the new program's stack. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/signal.h"
#include "kernel/exec.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/path_argument.h"
#include "kernel/thread.h"
#include "mm/user_copy.h"

#define COPY_PIECE      256

/* Strings to push before the next look for a signal. */
#define STRINGS_AT_ONCE 256

/* Strings as a program names them: pointers of WIDTH bytes from START on. */
struct string_array {
    uaddr_t start;
    size_t width;
};

static int read_pointer(struct string_array array, unsigned index,
                        uaddr_t *pointer)
{
    *pointer = 0;
    return copy_from_user(pointer, array.start + index * array.width,
                          array.width);
}

/* Strings in ARRAY, up to a zero pointer. NULL has none, as on Linux. */
static int count_strings(struct string_array array, unsigned *count)
{
    uaddr_t pointer = array.start;

    for (*count = 0; pointer != 0; (*count)++) {
        int error = read_pointer(array, *count, &pointer);
        if (error != 0) {
            return error;
        }
        if (*count > EXEC_STRINGS_MAX / array.width) {
            return -E2BIG;
        }
    }
    *count -= array.start != 0 ? 1 : 0;
    return 0;
}

/* How much of a string to read at once from AT on: those of the first program
 * end where its addresses end. */
static size_t piece_size(uaddr_t at)
{
    uint64_t left = at < USER_END_64 ? USER_END_64 - at : 0;
    return MIN(left, (uint64_t)COPY_PIECE);
}

static int64_t string_size(uaddr_t string)
{
    char piece[COPY_PIECE];

    for (size_t size = 0; size < EXEC_STRING_MAX;) {
        uaddr_t at = string + size;
        size_t got = copy_from_user_partly(piece, at, piece_size(at));
        size_t length = strnlen(piece, got);
        if (length < got) {
            return (int64_t)(size + length + 1);
        }
        if (got < sizeof(piece)) {
            return -EFAULT;
        }
        size += got;
    }
    return -E2BIG;
}

static int push_string(struct exec *exec, uaddr_t string)
{
    char piece[COPY_PIECE];
    int64_t size = string_size(string);
    int error = size < 0 ? (int)size : exec_push(exec, (size_t)size);

    for (size_t done = 0; error == 0 && done < (size_t)size;) {
        size_t part = MIN((size_t)size - done, sizeof(piece));
        error = copy_from_user(piece, string + done, part);
        if (error == 0) {
            error = aspace_write(exec->aspace, exec->stack + done, piece, part);
        }
        done += part;
    }
    return error;
}

/* Pushes the strings of ARRAY, the last first. There may be 200,000. */
static int push_strings(struct exec *exec, struct string_array array,
                        unsigned *count)
{
    int error = count_strings(array, count);

    for (unsigned i = *count; error == 0 && i > 0; i--) {
        uaddr_t string;
        if (i % STRINGS_AT_ONCE == 0 && thread_is_killed()) {
            return -EINTR;
        }
        error = read_pointer(array, i - 1, &string);
        if (error == 0) {
            error = push_string(exec, string);
        }
    }
    return error;
}

/* Not inline: its frame is large, and that of its caller, too. */
NOINLINE static int64_t execute(struct trap_frame *frame,
                                const struct exec_path *path,
                                struct string_array argv,
                                struct string_array envp)
{
    struct process *process = process_current();
    struct exec exec;

    int error = exec_begin(&exec, process, path);
    if (error != 0) {
        return error;
    }
    error = push_strings(&exec, envp, &exec.envc);
    if (error == 0) {
        error = push_strings(&exec, argv, &exec.argc);
    }
    if (error == 0) {
        error = exec_push_scripts(&exec);
    }
    if (error != 0) {
        exec_abort(&exec);
        return error;
    }
    error = exec_finish(&exec, process, frame);
    if (error != 0) {
        process_exit(SIGSEGV);
    }
    return (int64_t)frame->rax;
}

/* Puts PREFIX before the path of ARGUMENT, which is relative: so the program
 * knows itself. Returns where the path is now, or NULL: it is too long. */
static const char *put_before(struct path_argument *argument,
                              const char *prefix)
{
    char *text = argument->text;
    size_t shift = strlen(prefix);
    size_t size = strlen(text) + 1;

    if (shift + size > sizeof(argument->text)) {
        return NULL;
    }
    memmove(text + shift, text, size);
    memcpy(text, prefix, shift);
    return text + shift;
}

/* What execveat names. WHERE points into ARGUMENT. */
static int find_program(int directory, uaddr_t path, int flags,
                        struct path_argument *argument, struct exec_path *where)
{
    char *text = argument->text;
    char prefix[sizeof("/dev/fd/-2147483648/")];

    *where = (struct exec_path){.path = text, .shown = text};
    if ((flags & AT_EMPTY_PATH) != 0 && path_argument_is_empty(path)) {
        where->path = NULL;
        snprintf(text, sizeof(argument->text), "/dev/fd/%d", directory);
        return path_argument_find(directory, path, AT_EMPTY_PATH,
                                  &where->start);
    }
    int error = path_argument_get(directory, path, argument);
    if (error != 0) {
        return error;
    }
    where->start = argument->start;
    where->flags = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0;
    if (directory != AT_FDCWD && text[0] != '/') {
        snprintf(prefix, sizeof(prefix), "/dev/fd/%d/", directory);
        where->path = put_before(argument, prefix);
    }
    return where->path != NULL ? 0 : -ENAMETOOLONG;
}

/* Is FD closed where a program begins? */
static bool closes_on_exec(int fd)
{
    const struct file_table *files = process_current()->files;

    return file_table_find_any(files, fd) != NULL &&
           file_table_flags(files, fd) != 0;
}

static int64_t execute_at(struct trap_frame *frame, int directory, uaddr_t path,
                          struct string_array argv, struct string_array envp,
                          int flags)
{
    struct path_argument argument;
    struct exec_path where;

    if ((flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) != 0) {
        return -EINVAL;
    }
    int error = find_program(directory, path, flags, &argument, &where);
    if (error != 0) {
        return error;
    }
    bool is_by_descriptor =
        where.path != argument.text && directory != AT_FDCWD;
    where.will_be_gone = is_by_descriptor && closes_on_exec(directory);
    return execute(frame, &where, argv, envp);
}

int64_t sys_execveat(struct trap_frame *frame, int directory, uaddr_t path,
                     uaddr_t argv, uaddr_t envp, int flags)
{
    const size_t width = sizeof(uint64_t);
    return execute_at(frame, directory, path,
                      (struct string_array){argv, width},
                      (struct string_array){envp, width}, flags);
}

int64_t sys_execveat_32(struct trap_frame *frame, int directory, uaddr_t path,
                        uaddr_t argv, uaddr_t envp, int flags)
{
    const size_t width = sizeof(uint32_t);
    return execute_at(frame, directory, path,
                      (struct string_array){argv, width},
                      (struct string_array){envp, width}, flags);
}

int64_t sys_execve(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                   uaddr_t envp)
{
    return sys_execveat(frame, AT_FDCWD, path, argv, envp, 0);
}

int64_t sys_execve_32(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                      uaddr_t envp)
{
    return sys_execveat_32(frame, AT_FDCWD, path, argv, envp, 0);
}
