/* openat: how to open a file (include/uapi/asm-generic/fcntl.h). */
#pragma once

#define O_RDONLY    0x0
#define O_WRONLY    0x1
#define O_RDWR      0x2
#define O_ACCMODE   0x3
#define O_CREAT     0x40
#define O_EXCL      0x80
#define O_TRUNC     0x200
#define O_APPEND    0x400
#define O_NONBLOCK  0x800
#define O_DIRECTORY 0x10000
#define O_CLOEXEC   0x80000

/* In place of a directory's descriptor: the current directory. */
#define AT_FDCWD    (-100)
