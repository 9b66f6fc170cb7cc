/* What random operations are made of: numbers, ranges, hostile arguments. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "kernel/abi/mman.h"

struct range {
    unsigned long start;
    unsigned long length;
};

void draw_init(uint32_t seed);

/* Below COUNT. */
uint32_t draw(uint32_t count);

/* True in one of COUNT cases. */
static inline bool draw_one_in(uint32_t count)
{
    return draw(count) == 0;
}

/* One of the values of an array. */
#define DRAW_OF(array)                                                         \
    ((array)[draw((uint32_t)(sizeof(array) / sizeof((array)[0])))])

/* The windows in which ranges lie.
 *
 *     SMALL   64 pages, most of what happens
 *     STACK   16 MiB, sparse: room for stacks to grow
 *     LARGE   8 MiB, ranges of hundreds of pages: large pages on Brix
 *     HUGE    64 MiB, for MAP_HUGETLB alone */
enum window {
    WINDOW_SMALL,
    WINDOW_STACK,
    WINDOW_LARGE,
    WINDOW_HUGE,
};

enum window draw_window(void);
struct range draw_range_in(enum window window);

bool draw_is_in(enum window window, unsigned long address);

/* A range in a window, or around what the kernel placed. */
struct range draw_range(void);

/* As draw_range; now and then its start or length is one that no program
 * would choose. Never one that would touch the program itself. */
struct range draw_hostile_range(void);

unsigned long draw_hostile_address(void);
unsigned long draw_hostile_length(void);

/* What the kernel placed: the last few are remembered. The one that is
 * forgotten for it is unmapped. */
void draw_remember(unsigned long start, unsigned long length);
struct range draw_remembered(void);

/* Forgets all. */
void draw_forget(void);

unsigned long draw_protection(void);
