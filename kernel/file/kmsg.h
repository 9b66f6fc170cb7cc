/* /dev/kmsg: programs' own lines in the kernel's log. */
#pragma once

#include "kernel/file/inode.h"

extern const struct inode_operations kmsg_operations;
