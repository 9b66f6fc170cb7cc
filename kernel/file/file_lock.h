/* Locks on files, which only those heed who lock as well: of flock, on a whole
 * file, and of fcntl, on ranges of bytes. Each is its owner's: an open file, or
 * for fcntl's older ones a table of descriptors. Owners of one kind exclude
 * each other, the kinds do not.
 */
#pragma once

#include "kernel/file/inode.h"

#define FILE_LOCK_END INT64_MAX /* the last byte that a file can have */

enum file_lock_kind {
    FILE_LOCK_WHOLE, /* flock */
    FILE_LOCK_RANGE, /* fcntl */
};

enum file_lock_mode {
    FILE_LOCK_NONE,
    FILE_LOCK_SHARED,
    FILE_LOCK_EXCLUSIVE,
};

struct file_lock {
    enum file_lock_kind kind;
    enum file_lock_mode mode;
    const void *owner;
    int pid;             /* who asks is told, or -1 */
    uint64_t start, end; /* the first byte and the last */
    struct list node;    /* in the inode's list */
};

enum file_lock_wait {
    FILE_LOCK_TRY,
    FILE_LOCK_WAIT,
};

/* WANTED's owner has that lock on INODE, which somebody holds, or with
 * FILE_LOCK_NONE no lock, instead of all that it had there. Returns 0, -EAGAIN
 * where others exclude it, -EDEADLK when one would wait for the other,
 * -ERESTARTSYS, or -ENOLCK without memory. */
int file_lock_set(struct inode *inode, const struct file_lock *wanted,
                  enum file_lock_wait wait) MUST_CHECK;

/* A lock that excludes WANTED, or NULL. */
const struct file_lock *file_lock_find(const struct inode *inode,
                                       const struct file_lock *wanted);

/* OWNER has no locks of KIND on INODE any more. */
void file_lock_leave_all(struct inode *inode, enum file_lock_kind kind,
                         const void *owner);
static inline void file_lock_leave(struct inode *inode,
                                   enum file_lock_kind kind, const void *owner)
{
    if (inode->locks != NULL) {
        file_lock_leave_all(inode, kind, owner);
    }
}
