/* Permissions: what somebody may do with a file, by its mode and its owner. */
#pragma once

#include "kernel/abi/fcntl.h"
#include "kernel/file/credentials.h"
#include "kernel/file/inode.h"
#include "kernel/lib.h"

struct file_owner {
    uint32_t uid;
    uint32_t gid;
};

/* Whose the file at PLACE is. */
struct file_owner place_owner(struct place place);

/* May WHO do what is WANTED, of R_OK, W_OK and X_OK, with the file at PLACE?
 * Returns 0 or -EACCES, by the file's own rule if it has one. */
int place_permission(struct place place, const struct credentials *who,
                     int wanted) MUST_CHECK;

/* The rule of all others, Linux's generic_permission: the mode's bits for
 * owner, group or others; root needs them to execute alone. */
int place_permission_by_mode(struct place place, const struct credentials *who,
                             int wanted) MUST_CHECK;

/* Those of its bits for others that of MODE hold for WHO, where OWNER has the
 * file: of R_OK, W_OK and X_OK. */
int permission_bits(uint32_t mode, struct file_owner owner,
                    const struct credentials *who);

/* Whose INODE is in the directory of the process or thread with PID in /proc.
 * Defined by those who know processes. */
struct file_owner process_file_owner(int pid, const struct inode *inode);
