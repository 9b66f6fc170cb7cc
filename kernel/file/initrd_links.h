/* Hard links of an archive: names of one file. The archive has its data with
 * one of the names only, the last as a rule. */
#pragma once

#include "kernel/file/cpio.h"
#include "kernel/file/inode.h"

/* INODE was made for ENTRY, one of several names of a file in archive number
 * ARCHIVE. It gets the number of the first of them. Returns 0 or -ENOMEM. */
int initrd_links_add(struct inode *inode, const struct cpio_entry *entry,
                     unsigned archive) MUST_CHECK;

/* All names were added: each gets its file's data. */
void initrd_links_finish(void);
