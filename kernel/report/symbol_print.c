/* Names for addresses, of the kernel and of programs. */
#include "kernel/exec.h"
#include "kernel/lib.h"
#include "kernel/report/symbol.h"

static const char *find_in_program(const struct process *process,
                                   uaddr_t address, uint64_t *offset)
{
    if (process->program == NULL || process->aspace == NULL) {
        return NULL;
    }
    const struct inode *program = process->program->inode;
    if (program->data == NULL) {
        return NULL; /* it was written here, and lies in no one piece */
    }
    return elf_symbol_find(program->data, program->size,
                           address - process->aspace->bias, offset);
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
