/* Device files: what is behind a device number, and /dev. */
#pragma once

#include "kernel/file/inode.h"

/* A character device: Linux's number (Documentation/admin-guide/devices.txt)
 * and rights. */
struct device {
    const char *name; /* in /dev */
    uint32_t rdev;    /* MAKEDEV */
    uint32_t permissions;
    const struct inode_operations *operations;
    struct device *next; /* of all, set by device_add */
};

/* Makes DEVICE known, for ever. To be called before the initrd is read, which
 * may have files for it under other names. */
void device_add(struct device *device);

/* What the character device RDEV (MAKEDEV) does, or NULL: there is none. */
const struct inode_operations *device_operations(uint32_t rdev);

/* Makes the devices known that are no hardware, as device_add does. */
void device_init(void);

/* Adds what is missing in /dev. Called after the initrd is read. */
void device_make_files(void);
