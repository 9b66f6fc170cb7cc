/* ELF programs and their interpreters: reads and checks the headers of an ELF
 * file and says what to map where. Maps nothing itself. */
#pragma once

#include "kernel/lib.h"

/* One PT_LOAD. For a PIE the addresses are relative to where it is loaded.
 *
 * Whole pages of the file are mapped, so the program also sees what the file
 * has before the first byte and, where memory_size is not above file_size,
 * behind the last:
 *
 *      page       vaddr             + file_size        + memory_size    page
 *        |  file  |  the file's bytes  |  zero, to the end of the page ... |
 */
struct elf_segment {
    uaddr_t vaddr;        /* of the first byte */
    uint64_t file_offset; /* of the byte that belongs at vaddr */
    uint64_t file_size;   /* bytes of the file, which may end before */
    uint64_t memory_size; /* 0 moves only the break */
    uint64_t alignment;   /* any number */
    int prot;             /* PROT_READ, PROT_WRITE, PROT_EXEC */
};

struct elf_image {
    bool is_64;
    bool is_pie;
    bool has_wrong_type; /* an interpreter that is neither program nor library:
                            found out when it is to be mapped */
    bool exec_stack;     /* the stack is to be executable ... */
    bool exec_all;       /* ... and so is all that is readable: i386 programs
                            without PT_GNU_STACK (Linux's READ_IMPLIES_EXEC) */
    uaddr_t entry; /* may lie outside all segments: then the program faults */
    uaddr_t phdr;  /* where the program sees its program headers, or 0 when no
                      segment holds them */
    uint16_t phnum;
    uint16_t phentsize;
    const void *headers;     /* the program headers, as in the file */
    const char *interpreter; /* its name, or NULL */

    /* Of all segments; they mean something where none breaks a rule. */
    unsigned segment_count;
    uaddr_t start;      /* the page of the lowest byte */
    uaddr_t end;        /* behind the last byte: the break, once rounded up */
    uaddr_t data_start; /* the highest vaddr, ... */
    uaddr_t data_end;   /* ... and the highest end of a segment's file_size */
    uint64_t alignment; /* the largest p_align that is a power of two, at least
                           a page; counts for a PIE alone */
};

/* A file that is read. */
struct elf_source {
    size_t size;
    const void *bytes; /* all of them; or NULL: */
    /* SIZE bytes at OFFSET, which the file has, for as long as its image is
     * needed; or NULL when there is no memory. */
    const void *(*piece)(struct elf_source *source, uint64_t offset,
                         size_t size);
};

/* Checks the ELF file SOURCE as Linux does before it gives the old program up,
 * and fills in *IMAGE, which is good as long as the file stays as it is.
 * Returns 0, or a negative errno with *WHY set to the rule that is broken:
 *
 *   -ENOMEM   no memory for what is to be looked at
 *   -ENOEXEC  no program for this machine, or cut off
 *   -EINVAL   the interpreter's name lies past the end of all files, or
 *   -EIO      past the end of this one */
int elf_parse(struct elf_source *source, struct elf_image *image,
              const char **why) MUST_CHECK;

/* The same for the interpreter of a program whose class IS_64 says:
 *
 *   -ENOMEM   no memory for what is to be looked at
 *   -EIO      shorter than a header
 *   -ELIBBAD  no ELF file for the program's machine, or cut off */
int elf_parse_interpreter(struct elf_source *source, bool is_64,
                          struct elf_image *image, const char **why) MUST_CHECK;

/* The first segment at or after program header *INDEX, which then counts on
 * behind it. Returns false when there is none. */
bool elf_next_segment(const struct elf_image *image, unsigned *index,
                      struct elf_segment *segment);

/* The rule that a segment breaks, or NULL, for a program whose addresses end at
 * END. Linux finds it out when the old program is gone, and kills. An
 * interpreter may have any addresses, for it is moved to others. */
const char *elf_broken_rule(const struct elf_image *image, uaddr_t end);
const char *elf_broken_interpreter_rule(const struct elf_image *image,
                                        uaddr_t end);

/* Does SEGMENT, moved by BIAS, lie below END? */
bool elf_segment_fits(const struct elf_segment *segment, uaddr_t bias,
                      uaddr_t end);
