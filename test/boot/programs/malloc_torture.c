/* Allocates, resizes and frees at random for a while, from a few bytes to many
 * pages. Each block has contents that tell whether it was kept. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 500
#define STEPS  40000
#define LARGE  300000

struct block {
    uint8_t *bytes;
    size_t size;
    uint8_t pattern;
};

static struct block blocks[BLOCKS];
static uint32_t state = 1;

static uint32_t random_below(uint32_t limit)
{
    state = state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)state * limit) >> 32);
}

static size_t random_size(void)
{
    switch (random_below(16)) {
    case 0:
        return random_below(LARGE);
    case 1:
        return random_below(5000);
    default:
        return random_below(200);
    }
}

/* Looks at no more than the ends: the middle of a large block is quiet. */
static int is_kept(const struct block *block, size_t size)
{
    for (size_t i = 0; i < size; i += (i < 64 || i + 64 > size) ? 1 : 61) {
        if (block->bytes[i] != block->pattern) {
            return 0;
        }
    }
    return 1;
}

static void step(struct block *block)
{
    size_t size = random_size();
    if (block->bytes != NULL && random_below(2) == 0) {
        free(block->bytes);
        block->bytes = NULL;
        block->size = 0;
        return;
    }
    block->bytes = realloc(block->bytes, size + 1);
    size_t kept = block->size < size ? block->size : size;
    if (block->bytes == NULL || !is_kept(block, kept)) {
        printf("a block of %zu bytes was not kept\n", block->size);
        exit(1);
    }
    block->size = size;
    block->pattern = (uint8_t)random_below(256);
    memset(block->bytes, block->pattern, size);
}

int main(void)
{
    size_t total = 0;
    for (int i = 0; i < STEPS; i++) {
        step(&blocks[random_below(BLOCKS)]);
    }
    for (int i = 0; i < BLOCKS; i++) {
        total += blocks[i].size;
        free(blocks[i].bytes);
    }
    uint64_t *zeroes = calloc(1000, sizeof(*zeroes));
    for (int i = 0; i < 1000; i++) {
        total += zeroes[i];
    }
    printf("%zu bytes at the end\n", total);
    return 0;
}
