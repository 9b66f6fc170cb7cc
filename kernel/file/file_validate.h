/* What holds of names, open files and descriptors at any time. For tests. */
#pragma once

#include "kernel/file/file_table.h"

/* Checks the tree of names. Returns NULL, or the rule that is broken. */
const char *inode_validate(void);

/* Checks a table of descriptors. Returns NULL, or the rule that is broken. */
const char *file_table_validate(const struct file_table *table);

/* How many descriptors of TABLE are FILE's. */
unsigned file_table_count(const struct file_table *table,
                          const struct file *file);

/* Is each open file counted by its inode, and nothing else? Returns NULL, or
 * the rule that is broken. */
const char *file_validate(const struct file *file);

/* The open file after FILE, the first after NULL; NULL after the last. */
const struct file *file_next(const struct file *file);
