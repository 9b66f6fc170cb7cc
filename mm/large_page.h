/* The contents of large pages and frames, where they are mapped. */
#pragma once

#include "kernel/lib.h"

/* Makes a frame zero. */
static inline void frame_clear(void *frame)
{
    size_t words = FRAME_SIZE / sizeof(uint64_t);

    __asm__ volatile("rep stosq"
                     : "+D"(frame), "+c"(words)
                     : "a"(0)
                     : "memory");
}

/* Copies COUNT large pages from FROM to TO, which may overlap in any way. */
static inline void large_page_copy(void *to, const void *from, size_t count)
{
    memmove(to, from, count * LARGE_PAGE_SIZE);
}
