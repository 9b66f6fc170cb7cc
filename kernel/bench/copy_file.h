/* The file that address spaces of the test of copies map, and what happens to
 * it. */
#pragma once

#include "kernel/bench/copy_model.h"

/* Makes it, for the COUNT models of MODELS, with its bytes for these at BYTES;
 * and drops it. */
void copy_file_begin(struct model *models, size_t count, uint8_t *bytes);
void copy_file_end(void);

/* At random: maps a part of it in MODEL; gives it another size; has a part of
 * it be zeros. */
void copy_file_do_map(struct model *model);
void copy_file_do_truncate(struct model *model);
void copy_file_do_punch(struct model *model);

/* NULL, or the rule that is broken. */
const char *copy_file_validate(void);
