/* The console as a terminal: from keys to a program's read, from its write to
 * the screen, by Linux's line discipline; and whose terminal it is.
 *
 * The room owns the one tty and its job control. Programs see it as a file, so
 * it uses kernel/file/, and kernel/process/ for the groups that the keys'
 * signals go to; the devices are drivers/console.h. Read
 * kernel/terminal/tty.h first, which is pure, then terminal_file.c.
 */
#pragma once

#include "kernel/base.h"
#include "kernel/file.h"

extern const struct inode_operations terminal_file_operations;

/* OPTION_CONSOLE_TTY: a terminal. OPTION_CONSOLE_RAW: bytes pass unchanged, and
 * the files look like pipes, so that programs buffer as they do in one. Called
 * once, before the first file is opened. */
void terminal_file_init(enum option_console kind);

/* How the console's files are to look: S_IFCHR or S_IFIFO. */
uint32_t terminal_file_type(void);
