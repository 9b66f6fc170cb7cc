/* Regular files: bytes that are read and written, be it by mappings. As long as
 * nobody has opened it to write, one of an archive has its bytes where they are
 * in the archive; then it has a memory object, which begins with them.
 */
#pragma once

#include "kernel/file/inode.h"

extern const struct inode_operations inode_regular_operations;

/* For kinds of regular files that have operations of their own. */
int64_t regular_read(struct file *file, uint64_t offset, uaddr_t to,
                     size_t size);
int64_t regular_write(struct file *file, uint64_t offset, uaddr_t from,
                      size_t size);
int64_t regular_take(struct file *file, uint64_t offset, const void *from,
                     size_t size);
int regular_truncate(struct inode *inode, uint64_t size);

/* Has INODE such bytes? Files of /proc have none. */
static inline bool regular_is(const struct inode *inode)
{
    return inode->operations != NULL &&
           inode->operations->truncate == regular_truncate;
}

/* INODE, which is one, is going to be written: its bytes are its object's from
 * now on. Returns 0 or -ENOMEM. */
int regular_prepare_to_write(struct inode *inode) MUST_CHECK;

/* fallocate: INODE, whose bytes are its object's, has all pages of the bytes
 * [start, end), which are not none, and grows if it may. Returns 0, -EFBIG,
 * -EPERM, -ENOSPC, -ENOMEM or -EINTR. Linux makes pages behind the end, too,
 * when it does not grow; they are left out. */
enum regular_growth {
    REGULAR_GROWS,
    REGULAR_KEEPS_SIZE,
};
int regular_allocate(struct inode *inode, uint64_t start, uint64_t end,
                     enum regular_growth growth) MUST_CHECK;

/* The same bytes are zeros, and whole pages of them are given back. Returns 0,
 * -EPERM or -ENOMEM. */
int regular_punch(struct inode *inode, uint64_t start, uint64_t end) MUST_CHECK;

/* Copies the bytes [offset, offset + size) of INODE, which it has, to the
 * kernel's memory at TO. Returns 0 or -ENOMEM. */
int regular_copy(const struct inode *inode, uint64_t offset, void *to,
                 size_t size) MUST_CHECK;

/* Bytes of INODE have changed. */
void regular_changed(struct inode *inode);

/* How far the running process may write a file that it wants to make END bytes
 * long: the limit in *END, where that is less. When not even a byte behind
 * START is possible, it is sent SIGXFSZ for a limit of its own, and the answer
 * is -EFBIG. Defined by those who know processes. */
int file_limit_end(uint64_t start, uint64_t *end) MUST_CHECK;

/* Does a file that the running process writes stay set-user-ID? Defined by
 * those who know processes. */
bool file_writer_keeps_set_id(void);
