/* What the words in an object's tree mean. */
#pragma once

#include "mm/object.h"

/* Beside the address of the frame: it is going to be taken away. */
#define OBJECT_REMOVED BIT(0)

static inline paddr_t object_frame_of(uint64_t word)
{
    return word & ~(uint64_t)(PAGE_SIZE - 1);
}
