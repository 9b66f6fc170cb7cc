/* The file of a program, and for a script that of its interpreter. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/exec/exec_priv.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"

static_assert(SCRIPT_NESTED_MAX * sizeof(struct script) <= FRAME_SIZE,
              "the scripts' lines fit into a frame");

bool exec_may_execute(const struct exec *exec, const struct file *file)
{
    return regular_is(file->inode) &&
           place_permission(file_place(file), &exec->credentials, X_OK) == 0;
}

static bool alloc_scripts(struct exec *exec)
{
    if (exec->scripts == NULL) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        exec->scripts = frame != PADDR_NONE ? direct_map(frame) : NULL;
    }
    return exec->scripts != NULL;
}

void exec_free_scripts(struct exec *exec)
{
    if (exec->scripts != NULL) {
        int error = frame_free(direct_map_address(exec->scripts));
        ASSERT_CMP(error, ==, 0);
        exec->scripts = NULL;
    }
}

/* Held as calls do, for exec_finish may wait for other threads. */
int exec_open(struct exec *exec, const struct exec_path *path)
{
    int error = 0;

    if (path->path != NULL) {
        error =
            file_open(&exec->credentials, path->start, path->path,
                      O_RDONLY | FILE_TO_EXECUTE | path->flags, &exec->file);
    } else if (!inode_is(path->start.inode, S_IFREG)) {
        error = -EACCES;
    } else {
        exec->file = file_create(path->start, O_RDONLY);
        error = exec->file != NULL ? 0 : -ENOMEM;
    }
    if (error != 0) {
        return error;
    }
    file_hold(exec->file);
    file_put(exec->file);
    if (exec->file->inode->writers > 0) {
        return -ETXTBSY;
    }
    exec_source_open(&exec->source, exec->file->inode);
    return 0;
}

/* The interpreter of a script, which EXEC has opened, takes its place. As on
 * Linux, one without a name is the directory, and so no program. */
static int open_interpreter(struct exec *exec, const struct process *process,
                            const struct exec_path *path)
{
    const void *head;

    if (exec->script_count == SCRIPT_NESTED_MAX) {
        return -ELOOP;
    }
    if (!alloc_scripts(exec)) {
        return -ENOMEM;
    }
    struct script *script = &exec->scripts[exec->script_count];
    int64_t size = exec_source_head(&exec->source, SCRIPT_HEAD_SIZE, &head);
    int error = size < 0 ? (int)size : script_parse(script, head, (size_t)size);
    if (error == 0 && path->will_be_gone) {
        error = -ENOENT;
    }
    if (error == 0 && script->interpreter[0] == '\0') {
        error = -EACCES;
    }
    if (error != 0) {
        return error;
    }
    exec->script_count++;
    exec_source_close(&exec->source);
    file_release(exec->file);
    exec->file = NULL;
    const struct exec_path interpreter = {
        .start = process->context->directory,
        .path = script->interpreter,
    };
    return exec_open(exec, &interpreter);
}

/* Is what EXEC has opened a script? Returns 1, 0 or -ENOMEM. */
static int is_script(struct exec *exec)
{
    const void *head;
    int64_t size = exec_source_head(&exec->source, SCRIPT_MARK_SIZE, &head);

    return size < 0 ? (int)size : script_is_one(head, (size_t)size);
}

int exec_open_interpreters(struct exec *exec, const struct process *process,
                           const struct exec_path *path)
{
    int error = 0;
    int found = 0;

    exec->script_path = path->shown;
    while (error == 0 && exec_may_execute(exec, exec->file) &&
           (found = is_script(exec)) > 0) {
        error = open_interpreter(exec, process, path);
    }
    if (found < 0) {
        return found;
    }
    if (error == 0 && exec->script_count == SCRIPT_NESTED_MAX) {
        error = -ELOOP;
    }
    return error;
}

static int push_if(struct exec *exec, const char *string)
{
    int error = string != NULL ? exec_push_string(exec, string) : 0;

    exec->argc += string != NULL && error == 0 ? 1 : 0;
    return error;
}

/* Of a path its last part, else the name of the file. */
void exec_take_name(struct exec *exec, const struct exec_path *path)
{
    char number[PLACE_NAME_MAX];
    const char *slash = strrchr(path->shown, '/');
    const char *name = slash != NULL ? slash + 1 : path->shown;
    size_t size = strlen(name);

    if (path->path == NULL) {
        size = place_name(file_place(exec->file), number, &name);
    }
    memcpy(exec->name, name, MIN(size, sizeof(exec->name) - 1));
}

/*     argv[0] argv[1]...   ->   interpreter [argument] script argv[1]...
 */
int exec_push_scripts(struct exec *exec)
{
    const char *name = exec->script_path;
    int error = 0;

    if (exec->script_count > 0 && exec->argc > 0) {
        int64_t length =
            aspace_string_length(exec->aspace, exec->stack, EXEC_STRING_MAX);
        if (length < 0) {
            return (int)length;
        }
        exec->stack += (uint64_t)length + 1;
        exec->argc--;
    }
    for (unsigned i = 0; error == 0 && i < exec->script_count; i++) {
        error = push_if(exec, name);
        if (error == 0) {
            error = push_if(exec, exec->scripts[i].argument);
        }
        name = exec->scripts[i].interpreter;
    }
    if (error == 0 && exec->script_count > 0) {
        error = push_if(exec, name);
    }
    exec_free_scripts(exec);
    return error;
}
