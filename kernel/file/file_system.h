/* How much the files of the tree may take: half of memory, and as many names as
 * that has pages, as Linux's tmpfs. */
#pragma once

#include "mm/object.h"

struct file_system {
    struct object_account pages; /* that files have of their own */
    uint64_t names_limit;
};

extern struct file_system file_system;

/* Sets the limits. Until then there are none. */
void file_system_init(void);

/* May there be one name more? */
bool file_system_has_name(void);

/* The target of a link, SIZE bytes, is kept, and is not any more: a long one
 * counts as a page. False when there may be none more. */
bool file_system_take_target(size_t size) MUST_CHECK;
void file_system_give_target(size_t size);
