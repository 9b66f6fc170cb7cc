/* mmap, as the calls that map do it. */
#pragma once

#include "kernel/lib.h"

struct file;

/* mmap's arguments. */
struct mmap {
    uaddr_t address;
    uint64_t length;
    int prot;
    int flags;
    struct file *file; /* NULL: anonymous */
    uint64_t file_page;
    unsigned placement; /* ASPACE_COMPAT, or 0 */
};

/* Linux's do_mmap: the address, or -EXXX. */
int64_t mmap_place(struct mmap *m);
