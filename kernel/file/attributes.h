/* What a file is beside its bytes: its times, its mode and whose it is; and who
 * may change them. */
#pragma once

#include "kernel/file/credentials.h"
#include "kernel/file/inode.h"

/* What of an inode has changed. */
enum inode_part {
    INODE_BYTES, /* or what a directory lists */
    INODE_ATTRIBUTES,
};

/* The time that files get. */
struct kernel_timespec inode_time_now(void);

/* Sets the times of INODE: PART of it has changed. */
void inode_has_changed(struct inode *inode, enum inode_part part);

/* INODE was read by a file with FLAGS: it is noted as by Linux's relatime, if
 * that was not noted since the last change. */
void inode_was_read(struct inode *inode, int flags);

/* INODE is no longer what gives its rights to who runs it. */
void inode_drop_set_id(struct inode *inode);

/* Is WHO the owner of the file at PLACE, or root? */
bool place_is_owned(struct place place, const struct credentials *who);

/* What follows changes no inode that stands for those of all processes: their
 * modes are refused, all else is taken, and lost.
 *
 * chmod: WHO gives the file at PLACE the permissions of MODE. Returns 0 or
 * -EPERM. */
int place_set_mode(struct place place, const struct credentials *who,
                   uint32_t mode) MUST_CHECK;

/* chown. An id of ID_NONE stays. Returns 0 or -EPERM. */
#define ID_NONE UINT32_MAX
int place_set_owner(struct place place, const struct credentials *who,
                    uint32_t uid, uint32_t gid) MUST_CHECK;

/* utimensat: what becomes of one time. */
enum time_change {
    TIME_STAYS,
    TIME_IS_NOW,
    TIME_IS_GIVEN,
};

struct times_request {
    enum time_change accessed, modified;
    struct kernel_timespec new_accessed,
        new_modified; /* where they are given */
};

/* Returns 0; -EACCES where WHO may not even write the file, and wants both to
 * be now; or -EPERM. */
int place_set_times(struct place place, const struct credentials *who,
                    const struct times_request *request) MUST_CHECK;
