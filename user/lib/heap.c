/* The heap below malloc: see heap.h. */
#include "user/lib/heap.h"

#include "user/lib/malloc.h"

/* The heap grows by at least this much, so that brk is called seldom. */
#define GROWTH    (16 * PAGE_SIZE)
/* A free end of this size goes back to the kernel. It is more than GROWTH, so
 * that a small block, taken and released again and again, moves no break. */
#define TRIM_SIZE (2 * GROWTH)

static struct block *heap_start; /* NULL before the first malloc */
static struct block *fence;
static struct block *free_list; /* the block freed last comes first */

static struct block *before(const struct block *block)
{
    return (struct block *)((uintptr_t)block - block->size_before);
}

static void list_insert(struct block *block)
{
    block->previous = NULL;
    block->next = free_list;
    if (free_list != NULL) {
        free_list->previous = block;
    }
    free_list = block;
}

static void list_remove(struct block *block)
{
    if (block->previous == NULL) {
        free_list = block->next;
    } else {
        block->previous->next = block->next;
    }
    if (block->next != NULL) {
        block->next->previous = block->previous;
    }
}

/* Gives a block its size and state, and tells the block behind it. */
static void set_block(struct block *block, size_t size, size_t use)
{
    block->size = size | use;
    heap_after(block)->size_before = size;
}

static void set_fence(struct block *block, size_t size_before)
{
    fence = block;
    fence->size_before = size_before;
    fence->size = HEADER_SIZE | IN_USE;
}

/*     U[BBB]U  ->  U[fff]U      F[BBB]U  ->  [ffff]U
 *     U[BBB]F  ->  U[ffff]      F[BBB]F  ->  [fffff]
 */
struct block *heap_coalesce(struct block *block)
{
    size_t size = heap_size_of(block);
    struct block *right = heap_after(block);
    if (!heap_is_used(right)) {
        list_remove(right);
        size += heap_size_of(right);
    }
    struct block *left = before(block);
    if (block->size_before != 0 && !heap_is_used(left)) {
        list_remove(left);
        size += heap_size_of(left);
        block = left;
    }
    set_block(block, size, 0);
    list_insert(block);
    return block;
}

/*     [UUUUUUUUUU]  ->  [UUUU][ffff]
 *      <-SIZE->
 */
void heap_split(struct block *block, size_t size)
{
    size_t rest = heap_size_of(block) - size;
    if (rest < MINIMUM_SIZE) {
        return;
    }
    set_block(block, size, IN_USE);
    set_block(heap_after(block), rest, IN_USE);
    heap_coalesce(heap_after(block));
}

/* Moves the break to make room for a fence, at a multiple of 16; the break
 * need not be one. Returns NULL when there is no memory. */
static struct block *room_for_fence(void)
{
    uintptr_t start = (uintptr_t)__sbrk__(0);
    uintptr_t padding = -start & (ALIGNMENT - 1);
    if (__sbrk__((intptr_t)(padding + HEADER_SIZE)) == SBRK_FAILED) {
        return NULL;
    }
    return (struct block *)(start + padding);
}

/* An empty heap is a fence alone. */
static bool heap_begin(void)
{
    heap_start = room_for_fence();
    if (heap_start == NULL) {
        return false;
    }
    set_fence(heap_start, 0);
    return true;
}

/* Does the heap end where the break is? */
static bool break_is_ours(void)
{
    return __sbrk__(0) == (char *)fence + HEADER_SIZE;
}

/* Someone else moved the break: covers what lies between with the fence, and
 * puts a new one behind it.
 *
 *     | ... | fence | somebody's bytes | the break
 *     | ... | in use for ever          | fence |
 */
static bool fence_jump(void)
{
    struct block *next = room_for_fence();
    if (next == NULL) {
        return false;
    }
    struct block *old = fence;
    size_t covered = (uintptr_t)next - (uintptr_t)old;
    set_fence(next, covered);
    old->size = covered | IN_USE;
    return true;
}

/*     | ... | fence |                  | the break
 *     | ... | free .............| fence |
 */
struct block *heap_grow(size_t size)
{
    if (heap_start == NULL && !heap_begin()) {
        return NULL;
    }
    if (!break_is_ours() && !fence_jump()) {
        return NULL;
    }
    size_t growth = (size + GROWTH - 1) / GROWTH * GROWTH;
    if (__sbrk__((intptr_t)growth) == SBRK_FAILED) {
        return NULL;
    }
    struct block *block = fence;
    set_fence((struct block *)((char *)block + growth), growth);
    block->size = growth | IN_USE;
    return heap_coalesce(block);
}

/*     | ... | in use | free .............| fence |
 *     | ... | in use | fence |                   | the break before
 */
void heap_trim(struct block *block)
{
    size_t size = heap_size_of(block);
    bool is_last = heap_after(block) == fence;
    if (!is_last || size < TRIM_SIZE || !break_is_ours()) {
        return;
    }
    if (__sbrk__(-(intptr_t)size) == SBRK_FAILED) {
        return;
    }
    list_remove(block);
    set_fence(block, block->size_before);
}

struct block *heap_first_fit(size_t size)
{
    for (struct block *block = free_list; block != NULL; block = block->next) {
        if (heap_size_of(block) >= size) {
            return block;
        }
    }
    return NULL;
}

void heap_take(struct block *block)
{
    list_remove(block);
    set_block(block, heap_size_of(block), IN_USE);
}

void heap_join(struct block *block, struct block *right)
{
    list_remove(right);
    set_block(block, heap_size_of(block) + heap_size_of(right), IN_USE);
}

bool heap_is_block(const struct block *header)
{
    bool is_aligned = (uintptr_t)header % ALIGNMENT == 0;
    bool is_inside =
        heap_start != NULL && header >= heap_start && header < fence;
    return is_aligned && is_inside && heap_is_used(header);
}

/* The rules of one block, in a walk along the row. Returns as malloc_validate.
 */
static const char *validate_block(const struct block *block)
{
    if (heap_size_of(block) < MINIMUM_SIZE) {
        return "a block holds at least the list";
    }
    if (heap_size_of(block) % ALIGNMENT != 0) {
        return "sizes are multiples of 16";
    }
    const struct block *right = heap_after(block);
    if (right > fence) {
        return "blocks end at the fence";
    }
    if (right->size_before != heap_size_of(block)) {
        return "a block knows the size of the one before it";
    }
    if (!heap_is_used(block) && !heap_is_used(right)) {
        return "free blocks are no neighbours";
    }
    return NULL;
}

/* Is everything in the list a free block, and are there COUNT of them? */
static const char *validate_list(size_t count)
{
    const struct block *previous = NULL;
    for (struct block *block = free_list; block != NULL; block = block->next) {
        if (heap_is_used(block)) {
            return "the list holds free blocks";
        }
        if (block->previous != previous) {
            return "the list leads back as it leads forth";
        }
        if (count == 0) {
            return "the list is no longer than the free blocks";
        }
        count--;
        previous = block;
    }
    return count == 0 ? NULL : "every free block is in the list";
}

const char *malloc_validate(struct malloc_state *state)
{
    *state = (struct malloc_state){0};
    for (struct block *block = heap_start; block != fence;
         block = heap_after(block)) {
        const char *broken = validate_block(block);
        if (broken != NULL) {
            return broken;
        }
        state->heap_bytes += heap_size_of(block);
        if (heap_is_used(block)) {
            state->used_blocks++;
        } else {
            state->free_blocks++;
            state->free_bytes += heap_size_of(block);
        }
    }
    return validate_list(state->free_blocks);
}
