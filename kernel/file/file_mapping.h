/* Files in memory: what mappings show of them. */
#pragma once

#include "kernel/file/file.h"
#include "mm/object.h"

/* Can FILE be mapped? */
bool file_can_be_mapped(const struct file *file);

/* What mappings of INODE, which can be mapped, show: in *OBJECT, which stays
 * the inode's, or NULL there where they show zeros of their own. Returns 0 or
 * -ENOMEM. */
int inode_object(struct inode *inode, struct memory_object **object) MUST_CHECK;

/* Shared anonymous memory: a file of SIZE bytes without a name, with one
 * reference, or NULL. /proc/PID/maps calls it "/dev/zero (deleted)", as Linux
 * does. */
struct file *file_create_shared(uint64_t size);
