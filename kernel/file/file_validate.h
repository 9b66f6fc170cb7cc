/* What holds of names, open files and descriptors at any time. For tests. */
#pragma once

#include "kernel/file/file_table.h"

/* Checks the tree of names. Returns NULL, or the rule that is broken. */
const char *inode_validate(void);

/* Whether names count their references is seen in three rounds, in each of
 * which all that have names visit them, the tree by name_visit_tree: they claim
 * them, check that all is claimed, and take it back. Return NULL, or the rule
 * that is broken. */
typedef const char *name_visitor(struct name *name);
name_visitor name_claim;
name_visitor name_check_claims;
name_visitor name_unclaim;
const char *name_visit_tree(name_visitor *visit);

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
