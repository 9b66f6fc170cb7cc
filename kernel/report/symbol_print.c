/* Names for addresses, of the kernel and of programs. */
#include "kernel/exec/elf.h"
#include "kernel/exec/elf_symbol.h"
#include "kernel/lib/format.h"
#include "kernel/report/symbol.h"

/* The kernel has the CPU to itself while it uses this. */
static struct elf_image image;

bool symbol_program_bias(const struct process *process, uint64_t *bias)
{
    const struct inode *program = process->program;
    const struct vma *area;
    const char *why;

    if (program == NULL || process->aspace == NULL) {
        return false;
    }
    area = process->aspace->areas.first;
    while (area != NULL &&
           (area->file == NULL || area->file->inode != program)) {
        area = area->next;
    }
    if (area == NULL ||
        elf_parse(program->data, program->size, &image, &why) != 0) {
        return false;
    }
    *bias = area->start - image.start;
    return true;
}

static const char *find_in_program(const struct process *process,
                                   uaddr_t address, uint64_t *offset)
{
    uint64_t bias;

    if (!symbol_program_bias(process, &bias)) {
        return NULL;
    }
    return elf_symbol_find(process->program->data, process->program->size,
                           address - bias, offset);
}

void symbol_print(char text[SYMBOL_TEXT_MAX], const struct process *process,
                  uint64_t address)
{
    uint64_t offset = 0;
    const char *name = symbol_find(address, &offset);

    if (name == NULL && process != NULL && address < USER_END_64) {
        name = find_in_program(process, address, &offset);
    }
    if (name == NULL) {
        text[0] = '\0';
        return;
    }
    snprintf(text, SYMBOL_TEXT_MAX, "%s+0x%llx", name,
             (unsigned long long)offset);
}
