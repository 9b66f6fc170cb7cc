/* BareMetal's algorithm as a plain loop in C: one byte a page, looked at one
 * after the other from the top of memory. What the byte map is measured by. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BYTE_LOOP_FREE 1
#define BYTE_LOOP_USED 2
#define BYTE_LOOP_NONE SIZE_MAX

struct byte_loop {
    uint8_t *state;
    size_t page_count;
};

/* The topmost COUNT free pages in a row, now used: the lowest of them, or
 * BYTE_LOOP_NONE. */
size_t byte_loop_alloc(struct byte_loop *map, size_t count);

/* Returns 0, or -1 when one of them is not used. */
int byte_loop_free(struct byte_loop *map, size_t page, size_t count);
