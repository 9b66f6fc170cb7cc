/* The program in view, as the library that gdb is told of, and the files that
 * have its symbols. */
#include "kernel/abi/fcntl.h"
#include "kernel/exec.h"
#include "kernel/file.h"
#include "kernel/gdb/machine.h"
#include "kernel/process.h"

/* The process and its program that gdb was told of, by the inode's number. */
static int focus_pid;
static uint64_t focus_program;

struct process *focus_process(void)
{
    return focus_pid != 0 ? process_find(focus_pid) : NULL;
}

bool focus_set(const struct process *process)
{
    if (process == NULL || process->program == NULL ||
        (process->pid == focus_pid &&
         process->program->inode->number == focus_program)) {
        return false;
    }
    focus_pid = process->pid;
    focus_program = process->program->inode->number;
    return true;
}

/* Where PROCESS has the first segment of its program: a PIE's may be anywhere.
 */
static bool find_first_segment(const struct process *process, uaddr_t *address)
{
    const struct inode *program = process->program->inode;
    struct elf_source source = {.size = program->size, .bytes = program->data};
    struct elf_segment first;
    struct elf_image image;
    unsigned index = 0;
    const char *why;

    if (process->aspace == NULL || source.bytes == NULL ||
        elf_parse(&source, &image, &why) != 0 ||
        !elf_next_segment(&image, &index, &first)) {
        return false;
    }
    *address = process->aspace->bias + first.vaddr;
    return true;
}

void target_libraries(struct gdb_document *document)
{
    static char path[PATH_MAX];
    const struct process *process = focus_process();
    uaddr_t address;

    /* gdb takes no i386 library with a machine that is x86-64. */
    if (process == NULL || process->program == NULL ||
        process->program->inode->number != focus_program || process->is_32 ||
        path_of(file_place(process->program), path) < 0 ||
        !find_first_segment(process, &address)) {
        return;
    }
    gdb_document_print(document, "<library name=\"");
    gdb_document_name(document, path);
    gdb_document_print(document, "\"><segment address=\"0x%llx\"/></library>",
                       (unsigned long long)address);
}

bool target_file_open(const char *name, struct gdb_file *file)
{
    struct place found;

    if (path_find(&credentials_of_kernel, file_root(), name, PATH_FOLLOW,
                  &found) != 0 ||
        !inode_is(found.inode, S_IFREG) || found.inode->data == NULL) {
        return false;
    }
    file->data = found.inode->data;
    file->size = found.inode->size;
    file->mode = found.inode->mode;
    return true;
}
