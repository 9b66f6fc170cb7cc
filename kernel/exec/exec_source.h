/* What exec looks at of files: where it lies in one piece, or else copies of
 * its pieces, each in a frame. */
#pragma once

#include "kernel/exec/elf.h"
#include "kernel/file.h"

/* A file's header, its table of program headers and its interpreter's name; or
 * the first line of a script, and then the header of what it begins. */
#define EXEC_SOURCE_PIECES 4

struct exec_source {
    struct elf_source elf;
    const struct inode *inode;
    void *pieces[EXEC_SOURCE_PIECES];
    unsigned piece_count;
};

/* Begins with INODE, a regular file that stays as it is until the end. */
void exec_source_open(struct exec_source *source, const struct inode *inode);

/* Frees the copies. All zero, there is nothing to be freed. */
void exec_source_close(struct exec_source *source);

/* The first bytes, MAX at most, in *BYTES. Returns how many, or -ENOMEM. */
int64_t exec_source_head(struct exec_source *source, size_t max,
                         const void **bytes) MUST_CHECK;
