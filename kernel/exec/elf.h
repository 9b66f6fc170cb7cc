/* Static ELF programs: reads and checks the headers of an ELF file in memory
 * and says what to map where. Maps nothing itself. */
#pragma once

#include "kernel/lib/types.h"

/* Linux has no limit of its own here; ld makes four or five. */
#define ELF_SEGMENTS_MAX 32

/* One PT_LOAD. For a PIE the addresses are relative to where it is loaded.
 *
 * Whole pages of the file are mapped, so the program also sees what the file
 * has before the first byte and, where memory_size is not above file_size,
 * behind the last:
 *
 *      start      vaddr             + file_size        + memory_size    end
 *        |  file  |  the file's bytes  |  zero, to the end of the page ... |
 */
struct elf_segment {
    uaddr_t start; /* [start, end), rounded outward to pages */
    uaddr_t end;
    uaddr_t vaddr;        /* of the first byte */
    uint64_t file_offset; /* of the byte that belongs at vaddr; when file_size
                             is not 0 at the same place in its page as vaddr */
    uint64_t file_size;   /* bytes of the file; all of them are there */
    uint64_t memory_size; /* at least 1 and at least file_size */
    int prot;             /* PROT_READ, PROT_WRITE, PROT_EXEC */
};

struct elf_image {
    bool is_64;      /* ELF64 for x86-64, else ELF32 for i386 */
    bool is_pie;     /* may be loaded anywhere */
    bool exec_stack; /* the stack is to be executable ... */
    bool exec_all;   /* ... and so is all that is readable: i386 programs
                        without PT_GNU_STACK (Linux's READ_IMPLIES_EXEC) */
    uaddr_t entry;   /* may lie outside all segments: then the program faults */
    uaddr_t phdr;    /* AT_PHDR: where the program sees its program headers, or
                        0 when no segment holds them */
    uint16_t phnum;
    uint16_t phentsize;
    uaddr_t start; /* [start, end) holds all segments, in whole pages */
    uaddr_t end;
    uaddr_t brk_start;  /* = end: the break starts at a page, as on Linux */
    uint64_t alignment; /* of a PIE: the largest p_align that is a power of two,
                           at least a page. Linux 6.1 ignores it for programs
                           without interpreter, so for all of ours. */
    size_t segment_count; /* at least 1 */

    /* In the file's order. No two share a byte; where two share a page, the
     * later one has it, as on Linux. */
    struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/* Checks the ELF file of SIZE bytes at FILE and fills in *IMAGE. Returns 0, or
 * a negative errno with *WHY set to the rule that is broken:
 *
 *   -ENOEXEC  no program for this machine, or cut off
 *   -ENOENT   a dynamic program: there is no interpreter here
 *   -EINVAL   a segment that can't be mapped
 *
 * as Linux's execve, except that Linux takes the last ones up only after the
 * old program is gone, and kills. More than Linux, this refuses segments that
 * share bytes or whose data are not in the file, and files without segments. */
int elf_parse(const void *file, size_t size, struct elf_image *image,
              const char **why) MUST_CHECK;
