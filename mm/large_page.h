/* The contents of large pages, where they are mapped. */
#pragma once

#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"

/* Copies COUNT large pages from FROM to TO, which may overlap in any way. */
static inline void large_page_copy(void *to, const void *from, size_t count)
{
    memmove(to, from, count * LARGE_PAGE_SIZE);
}
