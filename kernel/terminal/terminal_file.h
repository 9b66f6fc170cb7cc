/* The console as a file: the line discipline (kernel/terminal/tty.h) between
 * programs and drivers/console.h. */
#pragma once

#include "kernel/base/option.h"
#include "kernel/file/inode.h"

extern const struct inode_operations terminal_file_operations;

/* OPTION_CONSOLE_TTY: a terminal. OPTION_CONSOLE_RAW: bytes pass unchanged, and
 * the files look like pipes, so that programs buffer as they do in one. Called
 * once, before the first file is opened. */
void terminal_file_init(enum option_console kind);

/* How the console's files are to look: S_IFCHR or S_IFIFO. */
uint32_t terminal_file_type(void);
