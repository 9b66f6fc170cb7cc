/* What fcntl hands over. */
#pragma once

#include "kernel/file.h"
#include "kernel/syscall.h"

/* The command NUMBER on FD, which is FILE's: -EINVAL if it locks nothing. */
int64_t sys_fcntl_lock(struct file *file, int fd, int number, uaddr_t argument,
                       enum word_size words);
