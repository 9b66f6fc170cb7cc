/* All NAME_validate() of the kernel, after each program: for tests. */
#pragma once

/* Calls all of them. Returns NULL, or the rule that is broken. */
const char *validate_all(void);

/* When the kernel was started with `validate`: panics with the rule that is
 * broken, if any is. Both are defined by those who know all
 * parts. */
void validate_if_asked(void);
