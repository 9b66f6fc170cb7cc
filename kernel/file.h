/* Files as programs see them: the tree of names (inodes), open files, and what
 * can be done with them. The tree is made at boot and never changes. */
#pragma once

#include "kernel/lib/types.h"

struct file;

/* A name in the tree. */
struct inode {
    const char *name; /* NAME_SIZE bytes, not zero-ended */
    size_t name_size;
    struct inode *parent; /* the root's is itself */
    struct inode *child;  /* the first of a directory's */
    struct inode *next;   /* the next of the same directory */

    uint64_t number;
    uint32_t mode; /* type and permissions, as st_mode */
    uint32_t mtime;
    const void *data; /* a regular file's bytes; of a link, its target */
    size_t size;
    const struct file_operations *operations;
    const void *context; /* what the operations need beside it */
};

/* What a kind of file can do; NULL where it can't. Buffers are a program's.
 * read and write start at OFFSET, and answer the bytes moved or -EXXX. */
struct file_operations {
    int64_t (*read)(struct file *file, uint64_t offset, uaddr_t to,
                    size_t size);
    int64_t (*write)(struct file *file, uint64_t offset, uaddr_t from,
                     size_t size);
    int64_t (*ioctl)(struct file *file, unsigned command, uaddr_t argument);
};

/* An open file, shared by the descriptors that dup made. */
struct file {
    const struct inode *inode;
    uint64_t offset;
    int flags; /* O_* */
    unsigned references;
};

/* Opens PATH, looked up from DIRECTORY when it is relative. Returns 0 and a
 * file with one reference, or -ENOENT, -ENOTDIR, -EISDIR, -EROFS, -ELOOP,
 * -ENAMETOOLONG, -ENFILE as open does. */
int file_open(const struct inode *directory, const char *path, int flags,
              struct file **file) MUST_CHECK;

struct file *file_get(struct file *file);
void file_put(struct file *file);

/* The inode at PATH. FOLLOW_* says what a link at the end means. */
enum file_follow {
    FILE_FOLLOW_LAST,
    FILE_KEEP_LAST,
};
int file_find(const struct inode *directory, const char *path,
              enum file_follow follow, const struct inode **inode) MUST_CHECK;

/* The root of the tree, and the path of INODE in it (zero-ended, "/..."):
 * returns its length, or -ENAMETOOLONG. */
const struct inode *file_root(void);
int64_t file_path(const struct inode *inode, char *path, size_t size);
