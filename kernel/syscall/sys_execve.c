/* execve: from a program's pointers to strings on the new program's stack. */
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/exec.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
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

static int64_t execute(struct trap_frame *frame, uaddr_t path,
                       struct string_array argv, struct string_array envp)
{
    struct process *process = process_current();
    struct exec exec;
    char name[PATH_MAX];

    int64_t length = copy_string_from_user(name, path, sizeof(name));
    if (length < 0) {
        return length;
    }
    int error = exec_begin(&exec, process, name);
    if (error != 0) {
        return error;
    }
    error = push_strings(&exec, envp, &exec.envc);
    if (error == 0) {
        error = push_strings(&exec, argv, &exec.argc);
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

int64_t sys_execve(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                   uaddr_t envp)
{
    const size_t width = sizeof(uint64_t);
    return execute(frame, path, (struct string_array){argv, width},
                   (struct string_array){envp, width});
}

int64_t sys_execve_32(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                      uaddr_t envp)
{
    const size_t width = sizeof(uint32_t);
    return execute(frame, path, (struct string_array){argv, width},
                   (struct string_array){envp, width});
}
