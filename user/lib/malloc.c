/* malloc, calloc, realloc, free: first fit, split, coalesce, on the blocks of
 * heap.h.
 *
 *     malloc    the first free block that is large enough ("first fit"); what
 *               is left of it stays free ("split")
 *                   [ffffffffff]  ->  [UUUU][ffffff]
 *     free      the block becomes free, one with its free neighbours
 *               ("coalesce")
 *                   [ff][UUUU][ffffff]  ->  [ffffffffffff]
 */
#include "user/lib/malloc.h"

#include "user/lib/heap.h"
#include "user/lib/print.h"
#include "user/lib/string.h"

/* Above this, adding and rounding could overflow; no heap is so large. */
#define MAXIMUM_REQUEST (SIZE_MAX / 4)

static void *bytes_of(struct block *block)
{
    return (char *)block + HEADER_SIZE;
}

/* The block of memory that a caller gives back. */
static struct block *block_of(void *memory)
{
    struct block *block = (struct block *)((uintptr_t)memory - HEADER_SIZE);
    if (!heap_is_block(block)) {
        dprintf(STDERR_FILENO, "malloc: given back what is not in use\n");
        __builtin_trap();
    }
    return block;
}

/* The size of the block that serves a request, or 0 if none can. */
static size_t block_size(size_t request)
{
    if (request > MAXIMUM_REQUEST) {
        return 0;
    }
    size_t size = request + HEADER_SIZE;
    size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    return size < MINIMUM_SIZE ? MINIMUM_SIZE : size;
}

void *malloc(size_t request)
{
    size_t size = block_size(request);
    if (size == 0) {
        return NULL;
    }
    struct block *block = heap_first_fit(size);
    if (block == NULL) {
        block = heap_grow(size);
    }
    if (block == NULL) {
        return NULL;
    }
    heap_take(block);
    heap_split(block, size);
    return bytes_of(block);
}

void *calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    void *memory = malloc(total);
    if (memory != NULL) {
        memset(memory, 0, total);
    }
    return memory;
}

void free(void *memory)
{
    if (memory != NULL) {
        heap_trim(heap_coalesce(block_of(memory)));
    }
}

/* Resizes a block where it is. Returns false, and changes nothing, when it
 * does not fit there.
 *
 *     [UUUU][ffff]  ->  [UUUUUU][ff]      [UUUU][ffff]  ->  [UU][ffffff]
 */
static bool resize_in_place(struct block *block, size_t size)
{
    if (size > heap_size_of(block)) {
        struct block *right = heap_after(block);
        size_t both = heap_size_of(block) + heap_size_of(right);
        if (heap_is_used(right) || both < size) {
            return false;
        }
        heap_join(block, right);
    }
    heap_split(block, size);
    return true;
}

/* Takes other memory, copies the block's bytes into it, releases the block. */
static void *move(struct block *block, size_t request)
{
    void *moved = malloc(request);
    if (moved != NULL) {
        memcpy(moved, bytes_of(block), heap_size_of(block) - HEADER_SIZE);
        free(bytes_of(block));
    }
    return moved;
}

void *realloc(void *memory, size_t request)
{
    if (memory == NULL) {
        return malloc(request);
    }
    struct block *block = block_of(memory);
    size_t size = block_size(request);
    if (size == 0) {
        return NULL;
    }
    if (resize_in_place(block, size)) {
        return memory;
    }
    return move(block, request);
}
