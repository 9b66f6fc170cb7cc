/* malloc and its family, on __sbrk__.
 *
 * Every address returned is a multiple of 16. Nothing is thread-safe. A
 * double release, or an address that malloc never gave, ends the program. */
#pragma once

#include <stddef.h>

/* SIZE bytes, or NULL. Size 0 is served like size 1. */
void *malloc(size_t size);

/* COUNT * SIZE bytes of zeros, or NULL, also when the product overflows. */
void *calloc(size_t count, size_t size);

/* Resizes, keeping the first bytes; may move. NULL, with MEMORY as it was, if
 * there is no memory. realloc(NULL, size) is malloc(size). */
void *realloc(void *memory, size_t size);

/* Releases what one of the above returned, or nothing for NULL. */
void free(void *memory);

/* What the heap consists of, all headers included. */
struct malloc_state {
    size_t used_blocks;
    size_t free_blocks;
    size_t free_bytes;
    size_t heap_bytes; /* used and free, from the first block to the last */
};

/* Walks the heap. Returns NULL, or the rule that is broken; then STATE is not
 * to be used. */
const char *malloc_validate(struct malloc_state *state);
