/* The heap below malloc: a row of blocks without a gap. Each begins with a
 * header, and the row ends with a fence, a header whose block is only itself:
 *
 *     heap_start                                            the break
 *     | header | bytes ...  | header | bytes ... | ... | fence |
 *       size ---------------> size ------------->
 *
 * A header knows its own size and that of the block before it, so from any
 * block both neighbours are found. The lowest bit of the size says "in use":
 * sizes are multiples of 16, so the bit is to spare.
 *
 *     in use  | size_before | size + 1 | the caller's bytes ................. |
 *     free    | size_before | size     | next | previous | nothing .......... |
 *
 * Free blocks are also a list, through bytes that nobody uses. Two free blocks
 * are never neighbours: they are one block.
 *
 * Whoever else moves the break (a program may call __sbrk__ itself) leaves a
 * hole in the row; the fence grows over it and is in use for ever. */
#pragma once

#include "user/lib/linux.h"

#define ALIGNMENT 16ul
#define IN_USE    1ul

struct block {
    size_t size_before; /* 0 in the first block */
    size_t size;        /* with the header; lowest bit IN_USE */

    /* From here on the caller's bytes, aligned for anything; the list, if the
     * block is free. */
    _Alignas(ALIGNMENT) struct block *next;
    struct block *previous;
};

#define HEADER_SIZE  offsetof(struct block, next)
/* What is smaller could not hold the list when it is free. */
#define MINIMUM_SIZE sizeof(struct block)

/* The size of a block, its header included. */
static inline size_t heap_size_of(const struct block *block)
{
    return block->size & ~IN_USE;
}

static inline bool heap_is_used(const struct block *block)
{
    return (block->size & IN_USE) != 0;
}

/* The block behind this one; not for the fence. */
static inline struct block *heap_after(const struct block *block)
{
    return (struct block *)((uintptr_t)block + heap_size_of(block));
}

/* The first free block that is large enough, or NULL. SIZE is a multiple of
 * 16, at least MINIMUM_SIZE, in all of these. */
struct block *heap_first_fit(size_t size);

/* Makes a free block of at least SIZE bytes at the end of the heap. Returns
 * it, or NULL when there is no memory. */
struct block *heap_grow(size_t size);

/* Takes a free block out of the list, and into use. */
void heap_take(struct block *block);

/* Makes the free block behind a used one part of it. */
void heap_join(struct block *block, struct block *right);

/* Cuts a used block down to SIZE, if the rest is large enough to be free. */
void heap_split(struct block *block, size_t size);

/* Makes a used block free, one with its free neighbours. Returns the block
 * that it is part of then. */
struct block *heap_coalesce(struct block *block);

/* Gives a free block back to the kernel if it is large and the last one. */
void heap_trim(struct block *block);

/* Does a block in use have its header at HEADER? True for every good address,
 * and false for most bad ones. */
bool heap_is_block(const struct block *header);
