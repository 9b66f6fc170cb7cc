/* What the file layer needs of the kernel, on the host; and trees to test on.
 */
#pragma once

#include "kernel/file/name.h"

/* Lines that were logged since the test began. */
extern unsigned file_host_logged;

/* An inode at PATH, "/" before each name, of which all but the last exist. */
struct inode *file_host_make(const char *path, uint32_t mode);

/* A symbolic link to TARGET. */
struct inode *file_host_link(const char *path, const char *target);

/* The inode at PATH, links not followed, or NULL. */
struct inode *file_host_find(const char *path);

/* Empties the tree. */
void file_host_clear(void);
