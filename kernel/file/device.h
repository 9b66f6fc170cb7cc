/* Device files: what is behind a device number, and /dev. */
#pragma once

#include "kernel/file/inode.h"

/* What the character device RDEV (MAKEDEV) does, or NULL: there is none. */
const struct inode_operations *device_operations(uint32_t rdev);

/* Adds what is missing in /dev. Called after the initrd is read. */
void device_init(void);
