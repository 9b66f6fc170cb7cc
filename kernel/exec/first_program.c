/* The first program and its arguments. */
#include "kernel/exec/first_program.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/base.h"
#include "kernel/exec/exec.h"
#include "kernel/file.h"
#include "kernel/lib.h"

#define CONSOLE_PATH "/dev/console"
#define ERRORS_PATH  "/dev/hvc1" /* where the console has a line for them */

/* What Linux gives its first program. */
static const char *const environment[] = {"HOME=/", "TERM=linux"};

/* Pushes the zero-ended strings of [bytes, bytes + size), the last first. */
static int push_file_strings(struct exec *exec, const char *bytes, size_t size)
{
    size_t end = size;

    if (size > 0 && bytes[size - 1] != '\0') {
        return -EINVAL;
    }
    while (end > 0) {
        size_t start = end - 1;
        while (start > 0 && bytes[start - 1] != '\0') {
            start--;
        }
        int error = exec_push_string(exec, bytes + start);
        if (error != 0) {
            return error;
        }
        exec->argc++;
        end = start;
    }
    return 0;
}

static int push_argument_file(struct exec *exec, const char *path)
{
    struct place found;
    int error =
        path_find(&exec->credentials, file_root(), path, PATH_FOLLOW, &found);
    if (error != 0) {
        return error;
    }
    if (!inode_is(found.inode, S_IFREG)) {
        return -EISDIR;
    }
    return push_file_strings(exec, found.inode->data, found.inode->size);
}

static int push_option_arguments(struct exec *exec)
{
    size_t count = 0;

    while (option_argument(count) != NULL) {
        count++;
    }
    for (size_t i = count; i > 0; i--) {
        int error = exec_push_string(exec, option_argument(i - 1));
        if (error != 0) {
            return error;
        }
        exec->argc++;
    }
    return 0;
}

static int push_strings(struct exec *exec, const char *path)
{
    const char *arguments = option_string(OPTION_ARGS);
    int error = 0;

    for (size_t i = ARRAY_COUNT(environment); error == 0 && i > 0; i--) {
        error = exec_push_string(exec, environment[i - 1]);
        exec->envc++;
    }
    if (error == 0) {
        error = arguments != NULL ? push_argument_file(exec, arguments)
                                  : push_option_arguments(exec);
        if (error != 0) {
            panic("the first program's arguments, args=%s, can't be read: "
                  "error %d (%s)",
                  arguments != NULL ? arguments : "", -error,
                  errno_name(-error));
        }
    }
    if (error == 0) {
        error = exec_push_string(exec, path);
        exec->argc++;
    }
    return error;
}

static int start(struct process *process, const char *path)
{
    struct trap_frame frame = {0};
    struct exec exec;
    const struct exec_path where = {
        .start = process->context->directory,
        .path = path,
        .shown = path,
    };
    int error = exec_begin(&exec, process, &where);
    if (error != 0) {
        return error;
    }
    error = push_strings(&exec, path);
    if (error == 0) {
        error = exec_push_scripts(&exec);
    }
    if (error != 0) {
        exec_abort(&exec);
        return error;
    }
    error = exec_finish(&exec, process, &frame);
    if (error == 0) {
        thread_start(process->leader, &frame);
    }
    return error;
}

/* Files 0, 1 and 2 are the console, and 2 its line for errors if there is one.
 * Where there is no console, for want of memory, the program begins all the
 * same, as on Linux. */
static void open_console(struct process *process)
{
    struct file *console, *errors;
    const struct credentials *who = &process->credentials;
    int error = file_open(who, file_root(), CONSOLE_PATH, O_RDWR, &console);

    if (error != 0) {
        log_error("the first program has no console: %s: error %d (%s)",
                  CONSOLE_PATH, -error, errno_name(-error));
        return;
    }
    if (file_open(who, file_root(), ERRORS_PATH, O_WRONLY, &errors) != 0) {
        errors = file_get(console);
    }
    file_table_set(process->files, 0, console, 0);
    file_table_set(process->files, 1, file_get(console), 0);
    file_table_set(process->files, 2, errors, 0);
}

void first_program_start(void)
{
    const char *path = option_string(OPTION_INIT);
    struct process *process = process_create(NULL, 0);
    if (process == NULL) {
        panic("too little memory for the first process");
    }
    open_console(process);

    int error = start(process, path);
    if (error != 0) {
        panic("the first program %s can't be run: error %d (%s)", path, -error,
              errno_name(-error));
    }
    log_info("first program: %s", path);
}
