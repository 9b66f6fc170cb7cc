/* The initrd: fills the tree of names from what the loader loaded. */
#pragma once

#include "kernel/lib.h"

/* Adds all entries of a cpio archive, as Linux unpacks its initramfs, but that
 * directories without an entry are made. The archive must stay where it is.
 * Returns 0, -ENOMEM, or -EINVAL after logging offset and rule when the archive
 * is damaged; what came before the damage is kept. */
int initrd_init(const void *archive, size_t size) MUST_CHECK;

/* Does DATA begin as a cpio archive does? */
bool initrd_is_archive(const void *data, size_t size);

/* Adds one file, /BASENAME of NAME, that all may run. NAME and DATA must stay
 * where they are. Returns 0, -EINVAL when NAME has no basename, or -ENOMEM. */
int initrd_add_file(const char *name, const void *data, size_t size) MUST_CHECK;
