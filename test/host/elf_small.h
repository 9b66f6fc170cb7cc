/* The smallest ELF file that has it all, for tests to break. */
#pragma once

#include "test/host/elf_fixture.h"

#define HEADERS 4

/* The smallest file that has it all. */
struct small {
    Elf64_Ehdr header;
    Elf64_Phdr programs[HEADERS];
    char code[512];
};

static const struct small good = {
    .header =
        {
            .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
            .e_type = ET_EXEC,
            .e_machine = EM_X86_64,
            .e_entry = 0x400140,
            .e_phoff = offsetof(struct small, programs),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = HEADERS,
        },
    .programs =
        {
            {PT_LOAD, PF_R | PF_X, 0, 0x400000, 0, sizeof(struct small),
             sizeof(struct small), 0x1000},
            {PT_LOAD, PF_R | PF_W, 0x200, 0x402200, 0, 0x40, 0x3000, 0x1000},
            {PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16},
            {PT_TLS, PF_R, 0x200, 0x402200, 0, 0x10, 0x20, 8},
        },
};

static inline int parse_small(const struct small *file)
{
    return parse(file, sizeof(*file));
}
