/* Shared anonymous memory: a file without a name, whose pages every mapping of
 * it shows. /proc/self/maps calls it "/dev/zero (deleted)", as Linux does. */
#pragma once

#include "kernel/file/file.h"

/* A file of SIZE bytes of zero, with one reference, or NULL. Its pages are made
 * on first touch and freed with the last reference. */
struct file *shared_memory_create(uint64_t size);
