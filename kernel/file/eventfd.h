/* eventfd: a number that is counted up by writes and down by reads. A reader
 * sleeps while it is 0, a writer while there is no room in it; both hold their
 * file, and a signal ends both. */
#pragma once

#include "kernel/file/file.h"

/* A file with COUNT, with O_NONBLOCK of FLAGS and one reference; as a semaphore
 * with EFD_SEMAPHORE, each read takes 1 then. Or NULL: no memory. */
#define EFD_SEMAPHORE 1
struct file *eventfd_create(uint64_t count, int flags) MUST_CHECK;
