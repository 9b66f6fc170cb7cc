/* An address space: one program's memory, as areas and the page table that
 * follows them. Memory is given on first touch.
 *
 * The areas say what a program may touch; the page table holds what it has
 * touched. A leaf whose area allows nothing (PROT_NONE) keeps its memory but is
 * not present. Untouched anonymous pages that are only read show one shared
 * zero frame.
 *
 * One process runs in an address space at a time, on one CPU, with interrupts
 * off, so there is no lock; it would stand in struct aspace.
 */
#pragma once

#include "mm/area.h"
#include "mm/layout.h"

struct aspace {
    struct area_tree areas;
    paddr_t root; /* of the page table */
    unsigned references;
    uint16_t tag; /* the process id, shown in the byte map */

    uaddr_t end;       /* the program's addresses are [0, end) */
    uaddr_t mmap_base; /* mappings are placed downwards from here */
    uaddr_t brk_start; /* the heap is [brk_start, brk) */
    uaddr_t brk;
    uaddr_t stack_start;                 /* rsp when the program began */
    uaddr_t arg_start, arg_end, env_end; /* the strings above it */

    uint64_t resident_pages; /* pages in the page table, the zero frame's not */
};

/* Linux's stack limit when nothing else is said. */
#define STACK_LIMIT (8 * MIB)

/* A new, empty address space for addresses below END, with one reference.
 * Returns NULL when there is no memory. */
struct aspace *aspace_create(uaddr_t end);

struct aspace *aspace_get(struct aspace *aspace);

/* Gives a reference back. The last one frees everything. */
void aspace_put(struct aspace *aspace);

/* Makes it the one that the CPU uses. NULL: only the kernel's half. */
void aspace_activate(struct aspace *aspace);

/* What mmap is asked for. LENGTH is a multiple of PAGE_SIZE and not 0. */
struct aspace_request {
    uaddr_t address; /* where, or a hint */
    uint64_t length;
    uint32_t area_flags; /* AREA_* */
    unsigned placement;  /* ASPACE_* */
    struct file *file;   /* or NULL */
    uint64_t file_page;  /* the first page of the file */
};

#define ASPACE_FIXED     BIT(0) /* at ADDRESS, whatever is there goes */
#define ASPACE_NOREPLACE BIT(1) /* with FIXED: unless something is there */
#define ASPACE_BELOW_2G  BIT(2) /* MAP_32BIT */
#define ASPACE_POPULATE  BIT(3) /* touch all of it now */

/* Maps. Returns the address, or -ENOMEM, -EEXIST or -EINVAL as mmap does. */
int64_t aspace_map(struct aspace *aspace, const struct aspace_request *request);

/* munmap: START may be anything. */
int aspace_unmap(struct aspace *aspace, uaddr_t start, uint64_t length);

/* mprotect to RIGHTS (AREA_READ, WRITE, EXEC). */
int aspace_protect(struct aspace *aspace, uaddr_t start, uint64_t length,
                   uint32_t rights);

/* brk: the new break, or the current one when it can't be WANTED. */
uaddr_t aspace_brk(struct aspace *aspace, uaddr_t wanted);

/* Throws away what pages of [start, end) hold; the areas stay. */
void aspace_discard(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Memory for a touch of ADDRESS. ACCESS is one of AREA_READ, AREA_WRITE and
 * AREA_EXEC. Returns 0, -EFAULT (no area), -EACCES (the area does not allow
 * it), -EIO (past the end of the file) or -ENOMEM. */
int aspace_fault(struct aspace *aspace, uaddr_t address, uint32_t access);

/* Touches all pages of [start, end) that areas allow. Stops at the first
 * error, which it returns. */
int aspace_populate(struct aspace *aspace, uaddr_t start, uaddr_t end);

/* Access to an address space that need not be the active one, for its builder.
 * Each returns 0 or what aspace_fault answers; the length of the string at
 * ADDRESS is at most LIMIT, else -E2BIG. */
int aspace_write(struct aspace *aspace, uaddr_t address, const void *from,
                 size_t size) MUST_CHECK;
int aspace_clear(struct aspace *aspace, uaddr_t address,
                 size_t size) MUST_CHECK;
int64_t aspace_string_length(struct aspace *aspace, uaddr_t address,
                             size_t limit) MUST_CHECK;

/* Reads up to SIZE bytes at OFFSET of FILE. Returns how many there were.
 * Declared here, defined by kernel/file.c. */
size_t aspace_file_read(struct file *file, uint64_t offset, void *to,
                        size_t size);
