/* Hard links of an archive: the files that have several names in it. */
#pragma once

#include "kernel/file/cpio.h"
#include "kernel/file/inode.h"

/* The inode of the file that ENTRY of archive number ARCHIVE is one of several
 * names of, or NULL. */
struct inode *initrd_links_find(const struct cpio_entry *entry,
                                unsigned archive);

/* That is INODE from now on. Returns 0 or -ENOMEM. */
int initrd_links_add(struct inode *inode, const struct cpio_entry *entry,
                     unsigned archive) MUST_CHECK;

/* All names were added. */
void initrd_links_finish(void);
