/* System calls as functions: see linux.h. */
#include "user/lib/linux.h"

#include "kernel/abi/fcntl.h"

long read(int file, void *buffer, size_t size)
{
    return __syscall3(SYS(read), file, (long)buffer, (long)size);
}

long write(int file, const void *bytes, size_t size)
{
    return __syscall3(SYS(write), file, (long)bytes, (long)size);
}

long open_file(const char *path)
{
    return __syscall4(SYS(openat), AT_FDCWD, (long)path, O_RDONLY, 0);
}

long close(int file)
{
    return __syscall1(SYS(close), file);
}

void *brk(void *address)
{
    return (void *)__syscall1(SYS(brk), (long)address);
}

long mmap(void *address, size_t length, int protection, int flags, int file,
          size_t offset)
{
    return __syscall6(SYS_MMAP, (long)address, (long)length, protection, flags,
                      file, (long)(offset / MMAP_OFFSET_UNIT));
}

long munmap(void *address, size_t length)
{
    return __syscall2(SYS(munmap), (long)address, (long)length);
}

void exit(int status)
{
    while (true) {
        __syscall1(SYS(exit_group), status);
    }
}
