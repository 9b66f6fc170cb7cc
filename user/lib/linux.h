/* System calls as functions. Each answers as the kernel does: the result, or
 * the negative of an error number (see kernel/abi/errno.h); there is no
 * variable `errno`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi/errno.h"
#include "kernel/abi/unistd.h"
#include "syscall_arch.h"

#define PAGE_SIZE 4096ul

/* Is RESULT one of -4095 to -1? Addresses are results too, also "negative"
 * ones, so the comparison is unsigned. */
static inline bool is_error(long result)
{
    return (unsigned long)result >= -(unsigned long)MAX_ERRNO;
}

long read(int file, void *buffer, size_t size);
long write(int file, const void *bytes, size_t size);

/* Opens PATH for reading. */
long open_file(const char *path);
long close(int file);

/* Answers where the break is then, and never an error. */
void *brk(void *address);

/* OFFSET is a multiple of PAGE_SIZE. */
long mmap(void *address, size_t length, int protection, int flags, int file,
          size_t offset);
long munmap(void *address, size_t length);

_Noreturn void exit(int status);

/* The sbrk of the C library, in our own spelling: moves the break by CHANGE
 * bytes, and returns the old break or SBRK_FAILED. */
void *__sbrk__(intptr_t change);
#define SBRK_FAILED ((void *)-1)

/* "EBADF (bad file descriptor)" for the error number 9. */
const char *error_name(long error);
