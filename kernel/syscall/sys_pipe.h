/* What fcntl does with pipes. */
#pragma once

#include "kernel/file.h"

/* F_GETPIPE_SZ and F_SETPIPE_SZ. */
int64_t sys_pipe_size(struct file *file, int command, uint64_t size);
