/* What byte map and frames share: one lock, one state. */
#pragma once

#include "kernel/lib/spinlock.h"
#include "mm/byte_map.h"

#define FRAME_WORDS (FRAMES_PER_LARGE_PAGE / 64)

/* The free frames of a split page, one bit each: a cache line. */
struct frame_bits {
    uint64_t word[FRAME_WORDS];
};

struct byte_map {
    struct spinlock lock; /* protects everything in here */
    uint8_t *state;
    struct frame_bits *frames; /* valid where the page is split */
    uint16_t *tags;
    size_t page_count;
    size_t free_count;
};

extern struct byte_map byte_map;

static inline bool state_is(size_t page, uint8_t states)
{
    return (byte_map.state[page] & states) != 0;
}
