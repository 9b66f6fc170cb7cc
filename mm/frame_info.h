/* A word for each frame of RAM: what is known of it while it is in use.
 *
 * The words are a window of the kernel's addresses (mm/layout.h), backed where
 * there is RAM, so that holes cost nothing and the word of a frame is found by
 * its number. The word of a frame that is free says nothing: who begins to
 * count sets it first.
 *
 * Of a page table the word counts its entries that are not empty
 * (mm/page_table.h); of memory that several look at, its users (mm/share.h).
 */
#pragma once

#include "mm/layout.h"

static inline uint32_t *frame_info(paddr_t address)
{
    return (uint32_t *)FRAME_INFO_BASE + (address >> PAGE_SHIFT);
}
