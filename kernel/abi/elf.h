/* ELF files (System V ABI, chapters 4 and 5), as far as programs need them:
 * the file header and the program headers, in both classes. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define ELF_MAGIC      "\177ELF"
#define ELF_MAGIC_SIZE 4

/* e_ident */
#define EI_CLASS       4
#define EI_DATA        5
#define EI_SIZE        16

#define ELFCLASS32     1
#define ELFCLASS64     2
#define ELFDATA2LSB    1

/* e_type */
#define ET_EXEC        2
#define ET_DYN         3

/* e_machine */
#define EM_386         3
#define EM_486         6
#define EM_X86_64      62

/* p_type */
#define PT_LOAD        1
#define PT_INTERP      3
#define PT_GNU_STACK   0x6474e551

/* p_flags */
#define PF_X           0x1
#define PF_W           0x2
#define PF_R           0x4

struct elf64_header {
    uint8_t ident[EI_SIZE];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

static_assert(sizeof(struct elf64_header) == 64, "ELF64");

struct elf32_header {
    uint8_t ident[EI_SIZE];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint32_t entry;
    uint32_t phoff;
    uint32_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

static_assert(sizeof(struct elf32_header) == 52, "ELF32");

struct elf64_program_header {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};

static_assert(sizeof(struct elf64_program_header) == 56, "ELF64");

struct elf32_program_header {
    uint32_t type;
    uint32_t offset;
    uint32_t vaddr;
    uint32_t paddr;
    uint32_t filesz;
    uint32_t memsz;
    uint32_t flags;
    uint32_t align;
};

static_assert(sizeof(struct elf32_program_header) == 32, "ELF32");
