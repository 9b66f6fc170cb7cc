/* The symbol table of an ELF file in memory. */
#pragma once

#include "kernel/lib.h"

/* The function at ADDRESS, as the file numbers addresses, and how far into it
 * ADDRESS is: of the table .symtab the last one at or below ADDRESS that is no
 * farther than its size. Its name lies in the file, zero-ended. Returns NULL
 * when the file is no ELF file of ours, has no table, or a damaged one, or
 * there is no such function. */
const char *elf_symbol_find(const void *file, size_t size, uaddr_t address,
                            uint64_t *offset);
