/* ioctl on the console: settings, size, and what job control asks. */
#pragma once

#include "kernel/terminal/tty.h"

/* Returns 0 or -EXXX. A transparent tty knows FIONREAD alone, as a pipe. */
int64_t terminal_file_ioctl(struct tty *tty, unsigned command,
                            uaddr_t argument);
