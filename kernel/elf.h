/* Static ELF programs: reads and checks the headers of an ELF file in memory
 * and says what to map where. Maps nothing itself. */
#pragma once

#include "kernel/lib/types.h"

#define ELF_SEGMENTS_MAX 64

/* One PT_LOAD. For a PIE the addresses are relative to where it is loaded. */
struct elf_segment {
    uaddr_t start; /* [start, end), rounded outward to pages */
    uaddr_t end;
    uaddr_t vaddr;        /* of the first byte */
    uint64_t file_offset; /* of the byte that belongs at vaddr */
    uint64_t file_size;   /* bytes of the file; all lie in it */
    uint64_t memory_size; /* >= file_size; the rest is zero */
    int prot;             /* PROT_READ, PROT_WRITE, PROT_EXEC */
};

struct elf_image {
    bool is_64;      /* ELF64 for x86-64, else ELF32 for i386 */
    bool is_pie;     /* may be loaded at any multiple of `alignment` */
    bool exec_stack; /* wants a stack that can be executed */
    uaddr_t entry;
    uaddr_t phdr; /* AT_PHDR: where the program sees its program headers, or
                     0 when no segment holds them */
    uint16_t phnum;
    uint16_t phentsize;
    uaddr_t start; /* [start, end) holds all segments, in pages */
    uaddr_t end;
    uaddr_t brk_start;  /* the byte after the highest segment's last */
    uint64_t alignment; /* of a PIE: the largest p_align, at least a page */
    size_t segment_count;
    struct elf_segment segments[ELF_SEGMENTS_MAX]; /* ascending, no overlaps */
};

/* Checks the ELF file of SIZE bytes at FILE and fills in *IMAGE. Returns 0, or
 * the -errno that Linux's execve answers, with *WHY set to the rule that is
 * broken. */
int elf_parse(const void *file, size_t size, struct elf_image *image,
              const char **why) MUST_CHECK;
