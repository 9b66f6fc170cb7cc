/* The interpreter that PT_INTERP names: for most programs the dynamic linker.
 * It is mapped beside the program and runs first. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/base.h"
#include "kernel/exec/exec_priv.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process.h"

static int read_headers(struct exec *exec, const char *path)
{
    const char *why = NULL;
    int error = exec_may_execute(exec, exec->interpreter) ? 0 : -EACCES;

    if (error == 0) {
        error = elf_parse_interpreter(&exec->interpreter_source.elf,
                                      exec->image.is_64,
                                      &exec->interpreter_image, &why);
    }
    if (error != 0) {
        log_warn("exec: %s: its interpreter %s: %s", path,
                 exec->image.interpreter,
                 why != NULL ? why : "not an executable file");
    }
    return error;
}

int exec_open_interpreter(struct exec *exec, const struct process *process,
                          const char *path)
{
    const char *name = exec->image.interpreter;

    if (name == NULL) {
        return 0;
    }
    int error = file_open(&exec->credentials, process->context->directory, name,
                          O_RDONLY | FILE_TO_EXECUTE, &exec->interpreter);
    if (error != 0) {
        log_warn("exec: %s: its interpreter %s: %s", path, name,
                 errno_name(-error));
        return error;
    }
    file_hold(exec->interpreter);
    file_put(exec->interpreter);
    if (exec->interpreter->inode->writers > 0) {
        return -ETXTBSY;
    }
    exec_source_open(&exec->interpreter_source, exec->interpreter->inode);
    return read_headers(exec, path);
}

/* Where the first segment goes: one that can be moved anywhere, but where it
 * says itself if the program lies where it says, too. */
static struct loading first_loading(const struct exec *exec,
                                    const struct elf_segment *segment)
{
    const struct elf_image *image = &exec->interpreter_image;
    struct loading loading = {
        .file = exec->interpreter,
        .segment = segment,
        .address = segment->vaddr,
        .room = image->end - image->start,
    };

    if (!image->is_pie) {
        loading.placement = ASPACE_FIXED;
    } else if (exec->aspace->bias != 0) {
        loading.address = 0;
    }
    return loading;
}

/* The zeroes behind what the file holds of all segments together. */
struct zeroes {
    uaddr_t start, end;
    int prot; /* of the segment that ends last */
};

static int load_segment(struct exec *exec, const struct loading *loading,
                        struct zeroes *zeroes)
{
    const struct elf_image *image = &exec->interpreter_image;
    const struct elf_segment *segment = loading->segment;
    int64_t page = exec_map_file_part(exec, loading);

    if (page < 0) {
        return (int)page;
    }
    if (loading->room != 0 && image->is_pie) {
        exec->base = (uaddr_t)page - align_down(segment->vaddr, PAGE_SIZE);
    }
    if (!elf_segment_fits(segment, exec->base, exec->aspace->end)) {
        return aspace_refuse(-ENOMEM, "a segment of the interpreter ends past "
                                      "a program's memory");
    }
    uaddr_t start = exec->base + segment->vaddr;
    zeroes->start = MAX(zeroes->start, start + segment->file_size);
    if (start + segment->memory_size > zeroes->end) {
        zeroes->end = start + segment->memory_size;
        zeroes->prot = segment->prot;
    }
    return 0;
}

/* The rest of the page in which the file's part ends is cleared, and has to be
 * writable for that. */
static int load_zeroes(struct exec *exec, const struct zeroes *zeroes)
{
    uaddr_t start = align_up(zeroes->start, PAGE_SIZE);
    int error =
        aspace_clear(exec->aspace, zeroes->start, start - zeroes->start);

    if (error != 0) {
        return aspace_refuse(-EFAULT, "the last page of the interpreter's data "
                                      "can't be written");
    }
    return exec_map_zeroes(exec, zeroes->prot, start,
                           align_up(zeroes->end, PAGE_SIZE));
}

/* Linux's load_elf_interp. What lies where the interpreter has to go is lost,
 * be it the program. */
static int load_segments(struct exec *exec)
{
    struct elf_segment segment;
    struct zeroes zeroes = {0};
    unsigned index = 0;
    int error = 0;

    if (elf_next_segment(&exec->interpreter_image, &index, &segment)) {
        const struct loading first = first_loading(exec, &segment);
        error = load_segment(exec, &first, &zeroes);
    }
    while (error == 0 &&
           elf_next_segment(&exec->interpreter_image, &index, &segment)) {
        const struct loading loading = {
            .file = exec->interpreter,
            .segment = &segment,
            .address = exec->base + segment.vaddr,
            .placement = ASPACE_FIXED,
        };
        error = load_segment(exec, &loading, &zeroes);
    }
    return error == 0 ? load_zeroes(exec, &zeroes) : error;
}

int exec_map_interpreter(struct exec *exec)
{
    const struct elf_image *image = &exec->interpreter_image;

    if (exec->interpreter == NULL) {
        return 0;
    }
    const char *rule = elf_broken_interpreter_rule(image, exec->aspace->end);
    if (rule != NULL) {
        return aspace_refuse(-EINVAL, rule);
    }
    int error = load_segments(exec);
    exec->entry = exec->base + image->entry;
    return error;
}
