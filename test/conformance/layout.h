/* What a program finds when it begins: its areas, where mappings go, limits.
 * In ways that only execve can choose. */
#pragma once

/* Says the layout. */
void layout_say(void);

/* Becomes the program of WORDS, in the way NAME:
 *
 *     unlimited    RLIMIT_STACK without limit: mappings begin as low as can be
 *     large-stack  RLIMIT_STACK of 1 GiB: they begin lower
 *     small-stack  of 64 KiB
 *     legacy       personality(ADDR_COMPAT_LAYOUT): bottom-up
 *     3gb          personality(ADDR_LIMIT_3GB)
 *     executable   personality(READ_IMPLIES_EXEC)
 *
 * Returns only if there is no such way, or execve failed. */
void layout_in(const char *name, char **words);
