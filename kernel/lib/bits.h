/* Sizes, alignment, ranges and bit arithmetic. */
#pragma once

#include "kernel/lib/types.h"

#define BIT(n)                (1ull << (n))

#define KIB                   (1ull << 10)
#define MIB                   (1ull << 20)
#define GIB                   (1ull << 30)
#define TIB                   (1ull << 40)

/* 4 KiB of virtual memory is a page, 4 KiB of physical memory a frame. */
#define PAGE_SHIFT            12
#define PAGE_SIZE             (1ull << PAGE_SHIFT)
#define FRAME_SIZE            PAGE_SIZE

/* 2 MiB of physical memory is a large page: one byte of the byte map. */
#define LARGE_PAGE_SHIFT      21
#define LARGE_PAGE_SIZE       (1ull << LARGE_PAGE_SHIFT)

#define FRAMES_PER_LARGE_PAGE (LARGE_PAGE_SIZE / FRAME_SIZE)

#define ARRAY_COUNT(a)        (sizeof(a) / sizeof((a)[0]))

#define MIN(a, b)                                                              \
    ({                                                                         \
        __typeof__(a) min_a_ = (a);                                            \
        __typeof__(b) min_b_ = (b);                                            \
        min_a_ < min_b_ ? min_a_ : min_b_;                                     \
    })

#define MAX(a, b)                                                              \
    ({                                                                         \
        __typeof__(a) max_a_ = (a);                                            \
        __typeof__(b) max_b_ = (b);                                            \
        max_a_ > max_b_ ? max_a_ : max_b_;                                     \
    })

/* The struct that holds MEMBER at POINTER. */
#define CONTAINER_OF(pointer, type, member)                                    \
    ((type *)((char *)(pointer)-offsetof(type, member)))

/* ALIGNMENT is a power of two in all three. align_up wraps to 0 past the last
 * multiple: callers with untrusted values compare the result. */
static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
    return value & ~(alignment - 1);
}

static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

static inline bool is_aligned(uint64_t value, uint64_t alignment)
{
    return (value & (alignment - 1)) == 0;
}

static inline bool is_power_of_two(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Do the half-open ranges [a_start, a_end) and [b_start, b_end) share a byte?
 */
static inline bool ranges_overlap(uint64_t a_start, uint64_t a_end,
                                  uint64_t b_start, uint64_t b_end)
{
    return a_start < b_end && b_start < a_end;
}
